// Puts the two halves together as the source texts that Chromium runs before a page's own scripts.
import { makeCodec } from '../clone.ts'
import { makeBridge, makeWire } from './bridge.ts'
import { isolatedHalf } from './isolated.ts'
import { markTransfers, pageHalf } from './page.ts'

/** The name Electron gives the world of preloads. */
export const WORLD_NAME = 'Electron Isolated Context'

export const transferMarkSource = `(${markTransfers.toString()})()`

// Natives syntax sees proxies, as Electron's own code does; no TypeScript can say it.
const parts = `const isProxy = (value) => %IsJSProxy(value); ${makeWire.toString()}; ${makeBridge.toString()}`

/** Main frame only: subframes have neither preload nor bridge. */
const mainFrameOnly = (body: string) => `(() => { if (window.top !== window) return; ${body} })()`

export function pageSource(secret: string): string {
  return mainFrameOnly(`${parts}; ${transferMarkSource}
    const wire = makeWire('${secret}-page', '${secret}-preload')
    ;(${pageHalf.toString()})(wire, makeBridge(wire, isProxy))`)
}

export function isolatedSource(secret: string, preload: string): string {
  const processProperties = JSON.stringify({
    platform: process.platform,
    arch: process.arch,
    sandboxed: true,
    contextIsolated: true,
    type: 'renderer',
    versions: process.versions,
    argv: [],
    env: {}
  })
  return mainFrameOnly(`${parts}; ${makeCodec.toString()}
    const wire = makeWire('${secret}-preload', '${secret}-page')
    ;(${isolatedHalf.toString()})({
      secret: '${secret}', wire, bridge: makeBridge(wire, isProxy), codec: makeCodec(),
      processProperties: ${processProperties},
      preload: function (require, process, exports, module, Buffer, global, setImmediate, clearImmediate) {
${preload}
      }
    })`)
}
