import { useEffect, useRef } from 'react'
import { useEngine } from '../session/assistant-context.tsx'
import { drawStill, drawString, type Ink } from './draw-string.ts'
import { energyOfLevel, type StringMode, VoiceString } from './voice-string.ts'

interface VoiceCanvasProps {
  mode: StringMode
  speaker: 'user' | 'agent' | null
  /** The user's level moves the string only while the gate is open. */
  userHeard: boolean
}

/**
 * The string on a canvas. It draws only while something moves and the window is visible, and is still when the person
 * asked for reduced motion. Decoration: the sentence below it says the same.
 */
export function VoiceCanvas({ mode, speaker, userHeard }: VoiceCanvasProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const painterRef = useRef<Painter | null>(null)
  const engine = useEngine()

  useEffect(() => {
    const canvas = canvasRef.current
    if (canvas === null) return undefined
    const painter = new Painter(canvas)
    painterRef.current = painter
    const stopLevels = engine.onLevels((levels) => {
      painter.levels(energyOfLevel(levels.inputDbfs), energyOfLevel(levels.outputDbfs))
    })
    return () => {
      stopLevels()
      painter.close()
      painterRef.current = null
    }
  }, [engine])

  useEffect(() => {
    painterRef.current?.show(mode, speaker, userHeard)
  }, [mode, speaker, userHeard])

  return (
    <canvas
      ref={canvasRef}
      aria-hidden
      className="h-full w-full text-line-strong caret-accent [text-decoration-color:var(--ink)]"
    />
  )
}

class Painter {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D | null
  private readonly string = new VoiceString()
  private readonly still = window.matchMedia('(prefers-reduced-motion: reduce)')
  private readonly closing = new AbortController()
  private readonly resizing: ResizeObserver
  private readonly theming: MutationObserver
  private speaker: 'user' | 'agent' | null = null
  private userHeard = false
  private frame: number | null = null
  private lastMs = 0
  private ink: Ink = { line: '', user: '', agent: '' }

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
    this.context = canvas.getContext('2d')
    const { signal } = this.closing
    document.addEventListener('visibilitychange', () => this.wake(), { signal })
    this.still.addEventListener('change', () => this.wake(), { signal })
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      window.matchMedia(query).addEventListener('change', () => this.restyle(), { signal })
    }
    this.resizing = new ResizeObserver(() => this.resize())
    this.resizing.observe(canvas)
    this.theming = new MutationObserver(() => this.restyle())
    this.theming.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.restyle()
  }

  show(mode: StringMode, speaker: 'user' | 'agent' | null, userHeard: boolean): void {
    this.string.setMode(mode)
    this.speaker = speaker
    this.userHeard = userHeard
    if (!userHeard) this.string.user.target = 0
    this.wake()
  }

  levels(user: number, agent: number): void {
    this.string.user.target = this.userHeard ? user : 0
    this.string.agent.target = agent
    if (this.string.moving) this.wake()
  }

  close(): void {
    this.closing.abort()
    this.resizing.disconnect()
    this.theming.disconnect()
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    this.frame = null
  }

  private restyle(): void {
    const style = getComputedStyle(this.canvas)
    this.ink = { line: style.color, user: style.textDecorationColor, agent: style.caretColor }
    this.wake()
  }

  private resize(): void {
    const ratio = window.devicePixelRatio
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio)
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio)
    this.wake()
  }

  private wake(): void {
    if (this.frame !== null || document.hidden || this.closing.signal.aborted) return
    this.frame = requestAnimationFrame((nowMs) => {
      this.lastMs = nowMs
      this.paint(nowMs)
    })
  }

  private paint(nowMs: number): void {
    this.frame = null
    const { context, canvas } = this
    if (context === null) return
    const ratio = window.devicePixelRatio
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const width = canvas.clientWidth
    const height = canvas.clientHeight
    if (this.still.matches) {
      this.string.settle()
      drawStill(context, width, height, this.string, this.ink, this.speaker)
      return
    }
    this.string.advance(nowMs - this.lastMs)
    this.lastMs = nowMs
    drawString(context, width, height, this.string, this.ink)
    if (this.string.moving && !document.hidden) this.frame = requestAnimationFrame((next) => this.paint(next))
  }
}
