import { existsSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { afterPack } from '../../build/after-pack.mjs'
import { fuseFindings, FUSES, readFuses } from '../../build/fuses.mjs'
import { FRESH_FUSE_WIRE, FUSE_SENTINEL } from '../packaged/pack.ts'
import { readIcns, readIco, readPng } from '../../scripts/icon-files.mjs'
import { importedByPage, isAllowed, noticesText, thirdParty } from '../../scripts/third-party.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(path.join(root, file))

/** The parsers and the schema that electron-builder itself uses. */
const builderRequire = createRequire(path.join(root, 'node_modules/app-builder-lib/package.json'))
const yaml = builderRequire('js-yaml') as { load(text: string): unknown }
const plist = builderRequire('plist') as { parse(text: string): Record<string, unknown> }
const { validateConfiguration } = builderRequire('./out/util/config/config') as {
  validateConfiguration: (config: unknown, logger: { isEnabled: boolean; add: () => void }) => Promise<void>
}

interface Config {
  appId: string
  electronVersion: string
  electronFuses: Record<string, boolean>
  extraMetadata: Record<string, string>
  npmRebuild: boolean
  afterPack: string
  mac: {
    entitlements: string
    entitlementsInherit: string
    hardenedRuntime: boolean
    extendInfo: Record<string, string>
    icon: string
  }
  win: { icon: string }
  linux: { icon: string; executableName: string; desktop: { entry: Record<string, string> }; target: string[] }
  deb: { depends: string[] }
}
const config = yaml.load(read('electron-builder.yml').toString()) as Config
const entitlements = (file: string) => plist.parse(read(file).toString())
const validate = (wanted: unknown) => validateConfiguration(wanted, { isEnabled: false, add: () => undefined })

describe('electron-builder.yml', () => {
  it('is what the builder expects', async () => {
    await expect(validate(config)).resolves.toBeUndefined()
  })

  it.each([
    ['an unknown key', { ...config, asarUnpak: ['x'] }],
    ['an unknown fuse', { ...config, electronFuses: { ...config.electronFuses, runAsNod: false } }],
    ['a wrong type', { ...config, mac: { ...config.mac, hardenedRuntime: 'yes' } }],
    ['an unknown target option', { ...config, deb: { ...config.deb, dependencies: [] } }]
  ])('would be refused with %s', async (_what, wrong) => {
    await expect(validate(wrong)).rejects.toThrow(/configuration/)
  })

  it('packs the Electron that the tests are written for', () => {
    const { devDependencies } = JSON.parse(read('package.json').toString()) as {
      devDependencies: Record<string, string>
    }
    expect(config.electronVersion).toBe(devDependencies['electron'])
  })

  it('sets eight fuses as the table says, and the table knows the ninth', () => {
    const named = Object.entries(FUSES).map(([name, on]) => [name.charAt(0).toLowerCase() + name.slice(1), on])
    const { resetAdHocDarwinSignature, ...fuses } = config.electronFuses
    expect(Object.entries(fuses)).toEqual(named.slice(0, 8))
    expect(resetAdHocDarwinSignature, 'the signature is made anew after that').toBe(true)
    expect(named.slice(8)).toEqual([['wasmTrapHandlers', true]])
  })

  it('names only files that are there', () => {
    const files = [
      config.mac.entitlements,
      config.mac.entitlementsInherit,
      config.mac.icon,
      config.win.icon,
      config.linux.icon,
      config.afterPack
    ]
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([])
  })

  it('gives the desktop file the name and class that Electron gives the window', () => {
    expect(config.extraMetadata['desktopName']).toBe(`${config.linux.executableName}.desktop`)
    expect(config.linux.desktop.entry['StartupWMClass']).toBe(config.linux.executableName)
    expect(config.linux.target).toEqual(['AppImage', 'deb'])
  })

  it('compiles nothing', () => {
    expect(config.npmRebuild).toBe(false)
  })
})

describe('on macOS', () => {
  it('Parley may compile and listen, its helpers too, and nothing else is loosened', () => {
    const ours = { 'com.apple.security.cs.allow-jit': true, 'com.apple.security.device.audio-input': true }
    expect(entitlements(config.mac.entitlements)).toEqual(ours)
    expect(entitlements(config.mac.entitlementsInherit)).toEqual(ours)
    expect(config.mac.hardenedRuntime).toBe(true)
  })

  it('the system can say why it is asked for the microphone and for what the computer plays', () => {
    for (const key of ['NSMicrophoneUsageDescription', 'NSAudioCaptureUsageDescription'])
      expect(config.mac.extendInfo[key]).toMatch(/^Parley .{20,}\.$/)
  })
})

describe('fuses', () => {
  it('that are as the table says give no finding', () => {
    expect(fuseFindings(FUSES)).toEqual([])
  })

  it.each(Object.keys(FUSES))('give one when %s is flipped, or missing', (name) => {
    const on = FUSES[name as keyof typeof FUSES]
    expect(fuseFindings({ ...FUSES, [name]: !on })).toEqual([
      `the fuse ${name} is ${on ? 'off' : 'on'} and must be ${on ? 'on' : 'off'}`
    ])
    const { [name as keyof typeof FUSES]: _gone, ...rest } = FUSES
    expect(fuseFindings(rest)).toHaveLength(1)
  })

  it('give one when Electron has a new one', () => {
    expect(fuseFindings({ ...FUSES, 'fuse 10': false })).toEqual([expect.stringContaining('fuse 10')])
  })
})

describe('the hook after packing', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-fuses-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** As electron-builder calls it, with a program that holds this fuse wire. */
  const packedWith = async (wire: string) => {
    writeFileSync(
      path.join(folder, 'parley'),
      `#!\n${FUSE_SENTINEL}\x01${String.fromCharCode(wire.length)}${wire}\n`,
      'latin1'
    )
    const packager = { executableName: 'parley', appInfo: { productFilename: 'Parley' } }
    await afterPack({ appOutDir: folder, electronPlatformName: 'linux', packager })
    return readFuses(path.join(folder, 'parley'))
  }

  it('lets a fresh Electron pass, whose first eight fuses are still to be set', async () => {
    expect(Object.values(await packedWith(FRESH_FUSE_WIRE))).toHaveLength(9)
  })

  it.each([
    ['the ninth is off', '101100010', /WasmTrapHandlers is off and must be on/],
    ['the ninth is not there', '10110001', /WasmTrapHandlers is missing/],
    ['the ninth is removed', '10110001r', /WasmTrapHandlers is missing or removed/],
    ['there is a tenth', '1011000110', /fuse 10 is not in the table/]
  ])('ends the build when %s', async (_what, wire, message) => {
    await expect(packedWith(wire)).rejects.toThrow(message)
  })
})

describe('icons', () => {
  it('for Linux are there in every size, with transparency', () => {
    const sizes = readdirSync(path.join(root, 'build/icons')).map((file) => {
      const { widthPx, heightPx, hasAlpha } = readPng(read(`build/icons/${file}`))
      expect([file, hasAlpha]).toEqual([`${widthPx}x${heightPx}.png`, true])
      return widthPx
    })
    expect(sizes.toSorted((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512])
  })

  it('for Windows are in one file, up to 256 pixels', () => {
    const pictures = readIco(read('build/icon.ico'))
    expect(pictures.map(({ sizePx }) => sizePx)).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256])
    for (const { sizePx, png } of pictures)
      expect(readPng(png)).toEqual({ widthPx: sizePx, heightPx: sizePx, hasAlpha: true })
  })

  it('for macOS are in one file, up to 1024 pixels, also for dense screens', () => {
    const pictures = readIcns(read('build/icon.icns'))
    expect(pictures.map(({ type }) => type)).toEqual([
      'icp4',
      'ic11',
      'icp5',
      'ic12',
      'ic07',
      'ic13',
      'ic08',
      'ic14',
      'ic09',
      'ic10'
    ])
    for (const { sizePx, png } of pictures)
      expect(readPng(png)).toEqual({ widthPx: sizePx, heightPx: sizePx, hasAlpha: true })
  })
})

describe('third-party notices', () => {
  const packages = thirdParty()

  it('are fresh', () => {
    expect(
      read('resources/third-party-notices.txt').toString() === noticesText(),
      'run node scripts/generate-notices.mjs'
    ).toBe(true)
  })

  it('name every package of the production tree and every one that the page imports', () => {
    interface Lock {
      packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean; link?: boolean }>
    }
    const lock = JSON.parse(read('package-lock.json').toString()) as Lock
    const wanted = Object.entries(lock.packages)
      .filter(([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true)
      .filter(([place]) => existsSync(path.join(root, place)))
      .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')}@${version}`)
    expect(wanted.length).toBeGreaterThan(20)
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expect.arrayContaining(wanted))
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(importedByPage()))
    expect(importedByPage()).toEqual(expect.arrayContaining(['react', 'radix-ui', 'lucide-react', 'zustand', 'clsx']))
  })

  it('have only licences that were decided on', () => {
    expect(
      packages.filter(({ licence }) => !isAllowed(licence)).map(({ name, licence }) => `${name}: ${String(licence)}`)
    ).toEqual([])
  })

  it.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['(GPL-2.0 OR MIT)', true],
    ['SEE LICENSE IN x', false],
    [undefined, false]
  ])('judge %s', (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed)
  })

  it('tell of the library inside another one', () => {
    expect(noticesText()).toMatch(/uiohook-napi[\s\S]*libuiohook[\s\S]*Lesser General Public License/)
  })
})

it('no key lies among the files that are packed', () => {
  const packed = globSync('{build,resources}/**/*', { cwd: root }).filter((file) =>
    /\.(pem|p12|pfx|key|cer|p8|env)$/.test(file)
  )
  expect(packed).toEqual([])
})
