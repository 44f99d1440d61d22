import { describe, expect, it } from 'vitest'
import type { TrayPicture } from './tray-menu.ts'
import { trayPixels } from './tray-picture.ts'

const pictures: readonly TrayPicture[] = ['idle', 'live', 'muted', 'trouble']

/** Share of the picture that is inked. */
const cover = (pixels: Uint8Array): number =>
  pixels.reduce((sum, value, at) => sum + (at % 4 === 3 ? value : 0), 0) / (255 * (pixels.length / 4))

describe('the picture of the tray', () => {
  it.each([16, 32, 22])('has ink, and is never a full square, at %i pixels', (sizePx) => {
    for (const picture of pictures) {
      const pixels = trayPixels(picture, sizePx, 'colour')
      expect(pixels).toHaveLength(sizePx * sizePx * 4)
      expect(cover(pixels)).toBeGreaterThan(0.08)
      expect(cover(pixels)).toBeLessThan(0.5)
    }
  })

  it('tells the four states apart by their shape alone', () => {
    const shapes = pictures.map((picture) => trayPixels(picture, 16, 'template').join())
    expect(new Set(shapes).size).toBe(4)
    expect(cover(trayPixels('live', 16, 'template'))).toBeGreaterThan(cover(trayPixels('idle', 16, 'template')) * 1.3)
  })

  it('is black where the system colours it, and multiplied by alpha where not', () => {
    const template = trayPixels('live', 16, 'template')
    expect(template.every((value, at) => at % 4 === 3 || value === 0)).toBe(true)
    const colour = trayPixels('live', 16, 'colour')
    expect(colour.every((value, at) => value <= (colour[at - (at % 4) + 3] ?? 0))).toBe(true)
  })
})
