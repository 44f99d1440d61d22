import type { VoiceString } from './voice-string.ts'

export interface Ink {
  line: string
  user: string
  agent: string
}

const STEP_PX = 3

/** One frame of the string. `width` and `height` are CSS pixels; the context is already scaled. */
export function drawString(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  string: VoiceString,
  ink: Ink
): void {
  context.clearRect(0, 0, width, height)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  trace(context, width, height, string, (x) => string.wave('user', x, 0) + string.wave('agent', x, 0))
  context.strokeStyle = ink.line
  context.lineWidth = 1.5
  context.stroke()
  for (const side of ['user', 'agent'] as const) {
    if (!string[side].moving) continue
    context.strokeStyle = ink[side]
    for (const strand of [2, 1, 0]) {
      trace(context, width, height, string, (x) => string.wave(side, x, strand))
      context.globalAlpha = strand === 0 ? 1 : 0.5 - strand * 0.14
      context.lineWidth = strand === 0 ? 2.5 : 1.5
      context.stroke()
    }
    context.globalAlpha = 1
  }
  const bead = string.bead()
  if (bead === null) return
  context.fillStyle = ink.agent
  context.beginPath()
  context.arc(bead * width, heightAt(height, string.rest(bead)), 4.5, 0, 2 * Math.PI)
  context.fill()
}

/** Without motion: the string at rest, and a thick half on the side of whoever speaks. */
export function drawStill(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  string: VoiceString,
  ink: Ink,
  speaker: 'user' | 'agent' | null
): void {
  context.clearRect(0, 0, width, height)
  context.lineCap = 'round'
  trace(context, width, height, string, () => 0)
  context.strokeStyle = ink.line
  context.lineWidth = 1.5
  context.stroke()
  if (speaker === null) return
  context.strokeStyle = ink[speaker]
  context.lineWidth = 6
  context.beginPath()
  context.moveTo(speaker === 'user' ? 3 : width - 3, height / 2)
  context.lineTo(width / 2, height / 2)
  context.stroke()
}

function trace(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  string: VoiceString,
  displacement: (x: number) => number
): void {
  context.beginPath()
  let broken = true
  for (let px = 0; px <= width; px += STEP_PX) {
    const x = Math.min(1, px / width)
    if (string.gap(x)) {
      broken = true
      continue
    }
    const y = heightAt(height, string.rest(x) + displacement(x))
    if (broken) context.moveTo(px, y)
    else context.lineTo(px, y)
    broken = false
  }
}

function heightAt(height: number, offset: number): number {
  return height / 2 + offset * (height / 2 - 3)
}
