import type { TrayPicture } from './tray-menu.ts'

/** `template`: black and transparent only, coloured by the system (macOS). */
export type TrayInk = 'colour' | 'template'

type Rgb = readonly [red: number, green: number, blue: number]

const COLOURS: Readonly<Record<TrayPicture, Rgb>> = {
  // Seen on light and on dark bars.
  idle: [0x8a, 0x97, 0x90],
  live: [0x2f, 0xa3, 0x86],
  muted: [0xc9, 0x92, 0x2e],
  trouble: [0xd0, 0x6a, 0x4e]
}
const BLACK: Rgb = [0, 0, 0]

/** Heights of the five bars, of the whole; a conversation that runs has tall ones. */
const BARS: Readonly<Record<TrayPicture, readonly number[]>> = {
  idle: [0.22, 0.4, 0.56, 0.4, 0.22],
  live: [0.34, 0.66, 0.94, 0.66, 0.34],
  muted: [0.34, 0.66, 0.94, 0.66, 0.34],
  trouble: [0.22, 0.4, 0.56, 0.4, 0.22]
}
const BAR_WIDTH = 0.11
const GAP = 0.205

/** Points across and down that a pixel's cover is counted from. */
const SAMPLES = 4

interface Point {
  x: number
  y: number
}

/** Distance to the line from `a` to `b`. */
function toLine({ x, y }: Point, a: Point, b: Point): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
  const along = length === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / length
  const at = Math.max(0, Math.min(1, along))
  return Math.hypot(x - a.x - at * (b.x - a.x), y - a.y - at * (b.y - a.y))
}

/** Whether the point, in 0 to 1 both ways, is inked. */
function inked(picture: TrayPicture, point: Point): boolean {
  if (picture === 'muted') {
    const slash = toLine(point, { x: 0.12, y: 0.12 }, { x: 0.88, y: 0.88 })
    if (slash < 0.05) return true
    if (slash < 0.12) return false
  }
  if (picture === 'trouble') {
    const dot = Math.hypot(point.x - 0.83, point.y - 0.17)
    if (dot < 0.15) return true
    if (dot < 0.22) return false
  }
  return BARS[picture].some((height, bar) => {
    const x = 0.5 + (bar - 2) * GAP
    const half = Math.max(0, height / 2 - BAR_WIDTH / 2)
    return toLine(point, { x, y: 0.5 - half }, { x, y: 0.5 + half }) < BAR_WIDTH / 2
  })
}

/** The picture of the tray as `sizePx` by `sizePx` pixels of four bytes: blue, green, red, alpha, multiplied by alpha. */
export function trayPixels(picture: TrayPicture, sizePx: number, ink: TrayInk): Uint8Array {
  const pixels = new Uint8Array(sizePx * sizePx * 4)
  const [red, green, blue] = ink === 'template' ? BLACK : COLOURS[picture]
  for (let at = 0; at < sizePx * sizePx; at += 1) {
    let cover = 0
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
      const x = ((at % sizePx) + ((sample % SAMPLES) + 0.5) / SAMPLES) / sizePx
      const y = (Math.floor(at / sizePx) + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / sizePx
      if (inked(picture, { x, y })) cover += 1
    }
    const alpha = cover / (SAMPLES * SAMPLES)
    pixels.set([blue * alpha, green * alpha, red * alpha, 255 * alpha].map(Math.round), at * 4)
  }
  return pixels
}
