import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron'
import {
  type TrayAction,
  type TrayItem,
  trayMenu,
  type TrayPicture,
  type TrayState
} from '../../core/presence/tray-menu.ts'
import { trayPixels } from '../../core/presence/tray-picture.ts'
import { assertNever } from '../../shared/assert-never.ts'

/** Side of the picture in device-independent pixels. */
const SIZE_PX = { darwin: 18, win32: 16, other: 22 }

interface TrayOptions {
  platform: NodeJS.Platform
  /** Undefined until everything is known. */
  state: () => TrayState | undefined
  perform: (action: TrayAction) => void
}

function picture(kind: TrayPicture, platform: NodeJS.Platform): NativeImage {
  const side = platform === 'darwin' || platform === 'win32' ? SIZE_PX[platform] : SIZE_PX.other
  const ink = platform === 'darwin' ? 'template' : 'colour'
  const at = (scaleFactor: number) => {
    const px = side * scaleFactor
    return { width: px, height: px, scaleFactor, buffer: Buffer.from(trayPixels(kind, px, ink)) }
  }
  const { buffer, ...size } = at(1)
  const image = nativeImage.createFromBitmap(buffer, size)
  image.addRepresentation(at(2))
  if (platform === 'darwin') image.setTemplateImage(true)
  return image
}

function template(items: readonly TrayItem[], perform: TrayOptions['perform']): MenuItemConstructorOptions[] {
  return items.map((item): MenuItemConstructorOptions => {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'label':
        return { label: item.label, enabled: false }
      case 'menu':
        return { label: item.label, enabled: item.enabled, submenu: template(item.items, perform) }
      case 'check':
        return {
          type: 'checkbox',
          label: item.label,
          checked: item.checked,
          enabled: item.enabled,
          click: () => perform(item.action)
        }
      case 'action':
        return { label: item.label, enabled: item.enabled, click: () => perform(item.action) }
      default:
        return assertNever(item)
    }
  })
}

/** The tray: `follow` is called whenever it may look otherwise. It is there from now until `close`. */
export function openTray({ platform, state, perform }: TrayOptions): { follow(): void; close(): void } {
  const images = new Map<TrayPicture, NativeImage>()
  const imageOf = (kind: TrayPicture): NativeImage => {
    const image = images.get(kind) ?? picture(kind, platform)
    images.set(kind, image)
    return image
  }
  const tray = new Tray(imageOf('idle'))
  let shown = ''
  const follow = (): void => {
    const now = state()
    if (now === undefined || tray.isDestroyed()) return
    const menu = trayMenu(now)
    const text = JSON.stringify(menu)
    // A menu that is open closes when another one takes its place.
    if (text === shown) return
    shown = text
    tray.setImage(imageOf(menu.picture))
    tray.setToolTip(menu.tooltip)
    tray.setContextMenu(Menu.buildFromTemplate(template(menu.items, perform)))
  }
  // On macOS a click opens the menu.
  if (platform !== 'darwin') tray.on('click', () => perform({ kind: 'show' }))
  follow()
  return { follow, close: () => tray.destroy() }
}
