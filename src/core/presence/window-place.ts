import { z } from 'zod'

/** In device-independent pixels of the desktop that all displays share. */
export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

/** A display: the part of it that windows may use. */
export interface Display {
  id: number
  workArea: Rectangle
}

const Coordinate = z.number().min(-100_000).max(100_000)
const Length = z.number().min(1).max(100_000)
export const Place = z.object({ x: Coordinate, y: Coordinate, width: Length, height: Length })

/** How the main window was left. */
export const WindowState = z.object({ bounds: Place, maximized: z.boolean() })
export type WindowState = z.infer<typeof WindowState>

/** Where the overlay was left, by {@link displaySet}; the newest last. */
export const OverlayPlaces = z.record(z.string().max(2_000), z.object({ x: Coordinate, y: Coordinate }))
export type OverlayPlaces = z.infer<typeof OverlayPlaces>

/** So many sets of displays are remembered. */
const SETS = 20

/** Of a window, so much must be seen to be caught with a mouse. */
const HANDLE_PX = 48

function overlap(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high))

/** Names the displays that are there, so that a place is remembered for each arrangement. */
export function displaySet(displays: readonly Display[]): string {
  const areas = displays.map(({ workArea: { x, y, width, height } }) => `${x},${y},${width}x${height}`)
  return areas.toSorted().join(' ')
}

function nearest(bounds: Rectangle, displays: readonly Display[]): Display | undefined {
  const distance = ({ workArea }: Display): number => {
    const { width, height } = overlap(bounds, workArea)
    return width > 0 && height > 0 ? -width * height : Math.hypot(Math.min(0, width), Math.min(0, height))
  }
  return displays.toSorted((a, b) => distance(a) - distance(b))[0]
}

/**
 * `bounds` as a window can have them with these displays: whole numbers, no larger than a display, and wholly on the nearest one where too
 * little of it would be seen to catch it. Undefined without displays.
 */
export function onScreen(
  bounds: Rectangle,
  displays: readonly Display[],
  smallest: { width: number; height: number }
): Rectangle | undefined {
  const display = nearest(bounds, displays)
  if (display === undefined) return undefined
  const area = display.workArea
  const width = Math.round(clamp(bounds.width, Math.min(smallest.width, area.width), area.width))
  const height = Math.round(clamp(bounds.height, Math.min(smallest.height, area.height), area.height))
  const seen = displays.some(({ workArea }) => {
    const handle = overlap({ ...bounds, width, height: Math.min(height, HANDLE_PX) }, workArea)
    return handle.width >= Math.min(HANDLE_PX, width) && handle.height >= Math.min(HANDLE_PX, height) / 2
  })
  if (seen) return { x: Math.round(bounds.x), y: Math.round(bounds.y), width, height }
  return {
    x: Math.round(clamp(bounds.x, area.x, area.x + area.width - width)),
    y: Math.round(clamp(bounds.y, area.y, area.y + area.height - height)),
    width,
    height
  }
}

/** Where the overlay goes: where it was left with these displays, wholly on screen; else the lower right corner of the first one. */
export function overlayPlace(
  places: OverlayPlaces,
  displays: readonly Display[],
  size: { width: number; height: number }
): { x: number; y: number } | undefined {
  const first = displays[0]
  if (first === undefined) return undefined
  const left = places[displaySet(displays)]
  const wanted = left ?? {
    x: first.workArea.x + first.workArea.width - size.width - 24,
    y: first.workArea.y + first.workArea.height - size.height - 24
  }
  const area = (nearest({ ...wanted, ...size }, displays) ?? first).workArea
  return {
    x: Math.round(clamp(wanted.x, area.x, area.x + area.width - size.width)),
    y: Math.round(clamp(wanted.y, area.y, area.y + area.height - size.height))
  }
}

/** The places with this one; the oldest sets of displays are forgotten. */
export function rememberPlace(
  places: OverlayPlaces,
  displays: readonly Display[],
  at: { x: number; y: number }
): OverlayPlaces {
  const set = displaySet(displays)
  const others = Object.entries(places).filter(([known]) => known !== set)
  return Object.fromEntries([...others, [set, { x: at.x, y: at.y }] as const].slice(-SETS))
}
