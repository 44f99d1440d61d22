import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Display, displaySet, onScreen, overlayPlace, rememberPlace } from './window-place.ts'

const laptop: Display = { id: 1, workArea: { x: 0, y: 25, width: 1440, height: 875 } }
const monitor: Display = { id: 2, workArea: { x: 1440, y: 0, width: 2560, height: 1400 } }
const smallest = { width: 480, height: 480 }
const size = { width: 280, height: 72 }

describe('the place of a window', () => {
  it('is kept where it can be seen, and brought back when its display is gone', () => {
    const left = { x: 2000, y: 200, width: 960, height: 720 }
    expect(onScreen(left, [laptop, monitor], smallest)).toEqual(left)
    expect(onScreen(left, [laptop], smallest)).toEqual({ x: 480, y: 180, width: 960, height: 720 })
  })

  it('is never larger than the display, and never smaller than the window can be', () => {
    expect(onScreen({ x: 0, y: 25, width: 9000, height: 9000 }, [laptop], smallest)).toMatchObject({
      width: 1440,
      height: 875
    })
    expect(onScreen({ x: 10, y: 30, width: 5, height: 5 }, [laptop], smallest)).toMatchObject(smallest)
    expect(onScreen({ x: 0, y: 0, width: 960, height: 720 }, [], smallest)).toBeUndefined()
  })

  it('whatever was kept, its top can be caught with a mouse on some display', () => {
    const area = fc.record({
      x: fc.integer({ min: -4000, max: 4000 }),
      y: fc.integer({ min: -4000, max: 4000 }),
      width: fc.integer({ min: 600, max: 4000 }),
      height: fc.integer({ min: 500, max: 3000 })
    })
    const bounds = fc.record({
      x: fc.double({ min: -20_000, max: 20_000, noNaN: true }),
      y: fc.double({ min: -20_000, max: 20_000, noNaN: true }),
      width: fc.double({ min: 1, max: 20_000, noNaN: true }),
      height: fc.double({ min: 1, max: 20_000, noNaN: true })
    })
    fc.assert(
      fc.property(bounds, fc.array(area, { minLength: 1, maxLength: 3 }), (kept, areas) => {
        const displays = areas.map((workArea, id) => ({ id, workArea }))
        const at = onScreen(kept, displays, smallest)
        if (at === undefined) throw new Error('no place')
        for (const value of Object.values(at)) expect(Number.isInteger(value)).toBe(true)
        const caught = displays.some(({ workArea }) => {
          const width = Math.min(at.x + at.width, workArea.x + workArea.width) - Math.max(at.x, workArea.x)
          const height = Math.min(at.y + 48, workArea.y + workArea.height) - Math.max(at.y, workArea.y)
          return width >= 47 && height >= 23
        })
        expect(caught).toBe(true)
        const corner = overlayPlace({ [displaySet(displays)]: { x: kept.x, y: kept.y } }, displays, size)
        if (corner === undefined) throw new Error('no corner')
        const whole = displays.some(
          ({ workArea }) =>
            corner.x >= workArea.x &&
            corner.y >= workArea.y &&
            corner.x + size.width <= workArea.x + workArea.width &&
            corner.y + size.height <= workArea.y + workArea.height
        )
        expect(whole).toBe(true)
      })
    )
  })

  it('the overlay begins in the lower right corner and remembers a place for each set of displays', () => {
    expect(overlayPlace({}, [laptop], size)).toEqual({ x: 1136, y: 804 })
    let places = rememberPlace({}, [laptop], { x: 10, y: 40 })
    places = rememberPlace(places, [monitor, laptop], { x: 1500, y: 20 })
    expect(overlayPlace(places, [laptop, monitor], size)).toEqual({ x: 1500, y: 20 })
    expect(overlayPlace(places, [laptop], size)).toEqual({ x: 10, y: 40 })
    for (let at = 0; at < 40; at += 1) {
      const other = { id: 3, workArea: { x: 0, y: 0, width: 800 + at, height: 600 } }
      places = rememberPlace(places, [other], { x: 1, y: 1 })
    }
    expect(Object.keys(places)).toHaveLength(20)
  })
})
