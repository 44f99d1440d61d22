#!/usr/bin/env node
// Draws every icon of the product from resources/icon.svg with Chromium; the files are committed.
// Usage: node scripts/generate-icons.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { writeIcns, writeIco } from './icon-files.mjs'
import { root } from './own-node.mjs'
import { findTestBrowser } from './setup-system.mjs'

const ICO_SIZES_PX = [16, 20, 24, 32, 40, 48, 64, 128, 256]
const LINUX_SIZES_PX = [16, 24, 32, 48, 64, 128, 256, 512]

const icon = readFileSync(path.join(root, 'resources/icon.svg'), 'utf8')
const inner = icon.replace(/^<svg[^>]*>|<\/svg>\s*$/g, '')

/** macOS draws no frame of its own: Apple's grid wants 824 of 1024 pixels, the rest empty. */
const onAppleGrid = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5.6 -5.6 75.2 75.2">${inner}</svg>`

/** Below 40 pixels the wave of the icon is a smear: fewer and thicker strokes. */
const wave = (colour, width) =>
  `<path d="M3 8.2C4 8.2 4.3 10.6 5.2 10.6S6.6 4.6 7.7 4.6 9 11.6 10.2 11.6 11.6 7.6 13 7.6" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
const svg16 = (content) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${content}</svg>`
const plate = (colour) => `<rect width="16" height="16" rx="3.7" fill="${colour}"/>`
const smallIcon = svg16(`${plate('#0b6a57')}${wave('#fffefb', 1.5)}`)

const browser = await chromium.launch({ executablePath: findTestBrowser(), args: ['--force-color-profile=srgb'] })
const page = await browser.newPage({ viewport: { width: 1024, height: 1024 } })

async function draw(svg, sizePx) {
  const sized = svg.replace('<svg ', `<svg width="${sizePx}" height="${sizePx}" style="display:block" `)
  await page.setContent(`<body style="margin:0;background:transparent">${sized}</body>`)
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: sizePx, height: sizePx } })
}

const appIcon = (sizePx) => draw(sizePx < 40 ? smallIcon : icon, sizePx)
const pictures = (sizesPx, drawn) =>
  sizesPx.reduce(
    async (before, sizePx) => [...(await before), { sizePx, png: await drawn(sizePx) }],
    Promise.resolve([])
  )
const write = (file, bytes) => writeFileSync(path.join(root, file), bytes)

mkdirSync(path.join(root, 'build/icons'), { recursive: true })
for (const { sizePx, png } of await pictures(LINUX_SIZES_PX, appIcon)) write(`build/icons/${sizePx}x${sizePx}.png`, png)
write('resources/icon.png', await draw(icon, 512))
write('build/icon.ico', writeIco(await pictures(ICO_SIZES_PX, appIcon)))
const smallOnAppleGrid = svg16(
  `<g transform="translate(1.2 1.2) scale(.85)">${smallIcon.replace(/^<svg[^>]*>|<\/svg>$/g, '')}</g>`
)
const apple = await pictures([16, 32, 64, 128, 256, 512, 1024], (sizePx) =>
  draw(sizePx < 64 ? smallOnAppleGrid : onAppleGrid, sizePx)
)
write(
  'build/icon.icns',
  writeIcns((sizePx) => apple.find((picture) => picture.sizePx === sizePx).png)
)
await browser.close()
