import type { Clock } from '../../shared/runtime.ts'
import type { ConnectionFault, Selection } from './fault.ts'

/** A message of the agent on its way to the socket. `fragmentBytes`: the longest WebSocket fragment; null: in one. */
export type Outgoing =
  | { readonly kind: 'text'; readonly text: string; readonly type: string; readonly fragmentBytes: number | null }
  /** Audio that goes as text: Napster's `audio_received`. */
  | { readonly kind: 'audio-text'; readonly text: string; readonly type: string; readonly fragmentBytes: number | null }
  | { readonly kind: 'audio'; readonly bytes: Uint8Array }

/** A reordered run that does not become full goes on after so long. */
const REORDER_WAIT_MS = 500

/** The faults that change what is sent, or when. */
export type StageFault = Extract<ConnectionFault, { kind: 'split' | 'duplicate' | 'reorder' | 'delay' | 'burst' }>

export function isStageFault(effect: ConnectionFault): effect is StageFault {
  return ['split', 'duplicate', 'reorder', 'delay', 'burst'].includes(effect.kind)
}

/** One fault in the line of those that a message passes. Nothing is changed before it is active. */
export class Stage {
  active = false
  private readonly fault: StageFault
  private readonly clock: Clock
  private readonly next: (message: Outgoing) => void
  private held: { message: Outgoing; dueMs: number }[] = []
  private bytes = 0
  private cancelTimer: (() => void) | null = null

  constructor(fault: StageFault, clock: Clock, next: (message: Outgoing) => void) {
    this.fault = fault
    this.clock = clock
    this.next = next
  }

  push(message: Outgoing): void {
    const { fault } = this
    if (!this.active || !isSelected(fault.of, message)) {
      this.next(message)
      return
    }
    switch (fault.kind) {
      case 'split':
        for (const part of split(message, fault.bytes)) this.next(part)
        return
      case 'duplicate':
        this.next(message)
        this.next(message)
        return
      case 'reorder':
        this.hold(message, REORDER_WAIT_MS)
        if (this.held.length >= fault.count) this.flush()
        return
      case 'delay':
        this.hold(message, fault.ms)
        return
      case 'burst':
        this.hold(message, fault.ms)
    }
  }

  /** Sends on what is held back. */
  flush(): void {
    this.stop()
    const held = this.held
    this.held = []
    this.bytes = 0
    for (const { message } of this.fault.kind === 'reorder' ? held.toReversed() : held) this.next(message)
  }

  /** Lets go of the timer; what is held is not sent. */
  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
  }

  get heldBytes(): number {
    return this.bytes
  }

  private hold(message: Outgoing, ms: number): void {
    this.held.push({ message, dueMs: this.clock.nowMs() + ms })
    this.bytes += bytesOf(message)
    this.wait()
  }

  private wait(): void {
    const [first] = this.held
    if (this.cancelTimer !== null || first === undefined) return
    this.cancelTimer = this.clock.after(Math.max(0, first.dueMs - this.clock.nowMs()), () => {
      this.cancelTimer = null
      if (this.fault.kind === 'delay') this.sendDue()
      else this.flush()
    })
  }

  private sendDue(): void {
    const nowMs = this.clock.nowMs()
    const rest = this.held.findIndex(({ dueMs }) => dueMs > nowMs)
    for (const { message } of this.held.splice(0, rest < 0 ? this.held.length : rest)) {
      this.bytes -= bytesOf(message)
      this.next(message)
    }
    this.wait()
  }
}

/** Size of a message that is held, for the bounds of what a client leaves unread. */
export function bytesOf(message: Outgoing): number {
  return message.kind === 'audio' ? message.bytes.length : message.text.length
}

function isSelected(of: Selection, message: Outgoing): boolean {
  if (of === 'all' || of === message.kind) return true
  if (of === 'audio') return message.kind === 'audio-text'
  return typeof of === 'object' && message.kind !== 'audio' && message.type === of.type
}

function split(message: Outgoing, bytes: number): Outgoing[] {
  if (message.kind !== 'audio') return [{ ...message, fragmentBytes: bytes }]
  const parts: Outgoing[] = []
  for (let at = 0; at < message.bytes.length; at += bytes) {
    parts.push({ kind: 'audio', bytes: message.bytes.subarray(at, at + bytes) })
  }
  return parts
}
