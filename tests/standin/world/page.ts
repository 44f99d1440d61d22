/// <reference lib="dom" />
/* oxlint-disable unicorn/consistent-function-scoping, typescript/unbound-method -- runs in Chromium through its source text and patches prototypes */
// Runs inside Chromium, through its source text: everything here must stand alone.
import type { Bridge, Wire } from './bridge.ts'

/** In the page and in its workers: marks plain objects that give a buffer away, so that the relay can lose them as Electron does. */
export function markTransfers(): void {
  const own = MessagePort.prototype
  const real = own.postMessage
  own.postMessage = function postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions) {
    const list = Array.isArray(options) ? options : (options?.transfer ?? [])
    const post = (value: unknown, transfer: Transferable[]) => real.call(this, value, { transfer })
    const givesAway = list.some((item) => item instanceof ArrayBuffer)
    const plain = message !== null && typeof message === 'object' && Object.getPrototypeOf(message) === Object.prototype
    return post(givesAway && plain ? { ...message, __estandTransferred: true } : message, list)
  }
}

/** The page's own world: what contextBridge exposes, and what Electron's browser process asks the app before granting it. */
export function pageHalf(wire: Wire, bridge: Bridge): void {
  type Ask = (kind: 'request' | 'check' | 'display', permission: string, details: object) => Promise<boolean>
  let ask: Ask = () => Promise.reject(new Error('estand: no preload world'))

  const freeze = (object: object, seen = new Set<object>()) => {
    if (seen.has(object)) return
    seen.add(object)
    for (const key of Object.getOwnPropertyNames(object)) {
      const value: unknown = Reflect.get(object, key)
      const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
      if (isObject && !ArrayBuffer.isView(value)) freeze(value, seen)
    }
    Object.freeze(object)
  }

  wire.serve((question) => {
    if (question.op === 'permissions') {
      ask = bridge.decode(question.ask) as Ask
      return {}
    }
    if (question.op !== 'expose') return bridge.serve(question)
    if (question.key in window) {
      return { error: 'Cannot bind an API on top of an existing property on the window object' }
    }
    const api = bridge.decode(question.api)
    if (api !== null && typeof api === 'object') freeze(api)
    Object.defineProperty(window, question.key, { value: api, writable: false, enumerable: true, configurable: false })
    return {}
  })

  const open = window.open
  window.open = (...args) => {
    Reflect.apply(open, window, args)
    return null // denied windows are closed before they load
  }

  if (navigator.mediaDevices === undefined) return
  const media = MediaDevices.prototype
  const { getUserMedia, enumerateDevices } = media
  media.getUserMedia = async function guarded(constraints) {
    const mediaTypes = (['audio', 'video'] as const).filter((kind) => constraints?.[kind])
    if (!(await ask('request', 'media', { mediaTypes }))) throw new DOMException('Permission denied', 'NotAllowedError')
    return getUserMedia.call(this, constraints)
  }
  media.enumerateDevices = async function guarded() {
    const devices = await enumerateDevices.call(this)
    const audio = await ask('check', 'media', { mediaType: 'audio' })
    const video = await ask('check', 'media', { mediaType: 'video' })
    const blank = (kind: MediaDeviceKind) => {
      const fields = { deviceId: '', groupId: '', label: '', kind }
      return { ...fields, toJSON: () => fields }
    }
    return devices.map((device) => {
      const shown = device.kind === 'videoinput' ? video : audio || device.kind === 'audiooutput'
      return shown ? device : blank(device.kind)
    })
  }
  // The sound and the picture are made up: whether they may be taken is what is modelled.
  media.getDisplayMedia = async function guarded(options) {
    const wanted = { audio: Boolean(options?.audio), video: options?.video !== false }
    const mediaTypes = (['audio', 'video'] as const).filter((kind) => wanted[kind])
    if (!(await ask('request', 'display-capture', { mediaTypes }))) {
      throw new DOMException('Permission denied', 'NotAllowedError')
    }
    const userGesture = navigator.userActivation.isActive
    if (!(await ask('display', 'display-capture', { ...wanted, userGesture }))) {
      throw new DOMException('Permission denied', 'NotAllowedError')
    }
    const stream = new MediaStream()
    if (wanted.video) {
      const canvas = document.createElement('canvas')
      canvas.getContext('2d')
      for (const track of canvas.captureStream(1).getTracks()) stream.addTrack(track)
    }
    if (wanted.audio) {
      const context = new AudioContext()
      const made = context.createMediaStreamDestination()
      const tone = context.createOscillator()
      tone.connect(made)
      tone.start()
      for (const track of made.stream.getTracks()) stream.addTrack(track)
    }
    return stream
  }
}
