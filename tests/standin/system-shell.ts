// Tray, Notification, Menu, screen and pictures: nothing is shown; specs read and poke what was made through `estand.shell`.
import { EventEmitter } from 'node:events'
import { fault, needReady, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'

interface Pixels {
  width: number
  height: number
  scaleFactor: number
}

class StandinImage implements Like<Electron.NativeImage> {
  readonly #sizes: Pixels[] = []
  #template = false

  constructor(sizes: readonly Pixels[]) {
    this.#sizes.push(...sizes)
  }

  isEmpty(): boolean {
    return this.#sizes.length === 0
  }

  isTemplateImage(): boolean {
    return this.#template
  }

  setTemplateImage(option: boolean): void {
    this.#template = option
  }

  getScaleFactors(): number[] {
    return this.#sizes.map(({ scaleFactor }) => scaleFactor)
  }

  addRepresentation(options: Electron.AddRepresentationOptions): void {
    this.#sizes.push(measured(options.buffer, options))
  }
}
modelled('NativeImage', StandinImage.prototype)

function measured(
  buffer: Buffer | undefined,
  { width = 0, height = 0, scaleFactor = 1 }: { width?: number; height?: number; scaleFactor?: number }
): Pixels {
  if (!Buffer.isBuffer(buffer)) throw new TypeError('buffer must be a node Buffer')
  // Chromium copies so many bytes whatever the buffer holds.
  if (buffer.byteLength !== width * height * 4)
    fault('bitmap-size', `${buffer.byteLength} bytes for ${width}x${height}`)
  return { width, height, scaleFactor }
}

export const nativeImage = {
  createFromBitmap: (buffer: Buffer, options: Electron.CreateFromBitmapOptions) =>
    new StandinImage([measured(buffer, options)]),
  createEmpty: () => new StandinImage([])
}

/** A menu as it was described; `estand.shell.trays[0].choose('Label')` clicks. */
interface StandinMenu {
  items: Electron.MenuItemConstructorOptions[]
}

export const Menu = {
  setApplicationMenu(menu: Electron.Menu | null) {
    record('Menu.setApplicationMenu', [menu === null ? null : 'menu'], undefined)
  },
  buildFromTemplate(items: Electron.MenuItemConstructorOptions[]): StandinMenu {
    for (const { label, type, role } of items) {
      if (label === undefined && type !== 'separator' && role === undefined) {
        throw new TypeError('Invalid template for MenuItem: must have label, role or type')
      }
    }
    return { items }
  }
}

type Item = Pick<Electron.MenuItemConstructorOptions, 'label' | 'type' | 'enabled' | 'checked'> & { items?: Item[] }

function readable(items: readonly Electron.MenuItemConstructorOptions[]): Item[] {
  return items.map(({ label, type, enabled, checked, submenu }) => ({
    ...(label === undefined ? {} : { label }),
    ...(type === undefined ? {} : { type }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(checked === undefined ? {} : { checked }),
    ...(Array.isArray(submenu) ? { items: readable(submenu) } : {})
  }))
}

function findItem(
  items: readonly Electron.MenuItemConstructorOptions[],
  label: string
): Electron.MenuItemConstructorOptions | undefined {
  for (const item of items) {
    if (item.label === label) return item
    const inner = Array.isArray(item.submenu) ? findItem(item.submenu, label) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

export class StandinTray extends EventEmitter implements Like<Electron.Tray> {
  tip = ''
  #menu: StandinMenu | null = null
  #destroyed = false

  constructor(image: StandinImage) {
    super()
    needReady('Cannot create Tray before app is ready')
    this.setImage(image)
    state.shell.trays.push(this)
  }

  setImage(image: Electron.NativeImage | string | StandinImage): void {
    if (!(image instanceof StandinImage)) throw new Error('estand: Tray: only pictures are modelled')
    if (image.isEmpty()) fault('tray-without-icon', 'a tray with an empty picture is there and cannot be seen')
  }

  setToolTip(tip: string): void {
    this.tip = tip
  }

  setContextMenu(menu: Electron.Menu | StandinMenu | null): void {
    this.#menu = menu as StandinMenu | null
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  destroy(): void {
    this.#destroyed = true
  }

  /** For specs. */
  menu(): Item[] {
    return readable(this.#menu?.items ?? [])
  }

  /** For specs: what a person clicks. */
  choose(label: string): void {
    const item = findItem(this.#menu?.items ?? [], label)
    if (item === undefined) throw new Error(`the tray has no "${label}"`)
    if (item.enabled === false) throw new Error(`"${label}" is disabled`)
    ;(item.click as (() => void) | undefined)?.()
  }
}
modelled('Tray', StandinTray.prototype)

export class StandinNotification extends EventEmitter implements Like<Electron.Notification> {
  title: string
  body: string
  closed = false

  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super()
    needReady('Cannot create Notification before app is ready')
    this.title = title
    this.body = body
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    state.shell.notifications.push(this)
  }

  close(): void {
    this.closed = true
  }
}
modelled('Notification', StandinNotification.prototype, ['title', 'body'])

/** One display of 1280 by 800 until a spec says otherwise by `estand.shell.displaysAre`. */
const screenEvents = new EventEmitter()
export const screen = modelled(
  'Screen',
  Object.assign(screenEvents, {
    getAllDisplays(): Electron.Display[] {
      needReady("The 'screen' module can't be used before the app 'ready' event")
      return state.shell.displays.map((workArea, id) => ({ id, workArea }) as Electron.Display)
    }
  })
)

state.shell.displaysAre = (areas) => {
  const gone = areas.length < state.shell.displays.length
  state.shell.displays = areas
  screenEvents.emit(gone ? 'display-removed' : 'display-added', {}, {})
}
