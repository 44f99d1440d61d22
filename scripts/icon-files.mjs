// The two containers of PNG pictures that systems want an icon in: .ico (Windows) and .icns (macOS); writing and reading.

/** A picture of `sizePx` by `sizePx` as a PNG file's bytes. @typedef {{ sizePx: number, png: Buffer }} Picture */

const ICO_ENTRY_BYTES = 16
const ICO_HEADER_BYTES = 6
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Types of an .icns entry that hold PNG data: `[type, size in pixels]`; the `@2x` types are for screens with twice the density. */
const ICNS_TYPES = /** @type {const} */ ([
  ['icp4', 16],
  ['ic11', 32],
  ['icp5', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024]
])

/** Width, height and whether there is an alpha channel; throws where it is no PNG. @param {Buffer} png */
export function readPng(png) {
  if (!png.subarray(0, 8).equals(PNG_SIGNATURE)) throw new Error('this is no PNG')
  return { widthPx: png.readUInt32BE(16), heightPx: png.readUInt32BE(20), hasAlpha: png[25] === 6 || png[25] === 4 }
}

/** @param {Picture[]} pictures of at most 256 pixels */
export function writeIco(pictures) {
  const header = Buffer.alloc(ICO_HEADER_BYTES)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * pictures.length
  const entries = pictures.map(({ sizePx, png }) => {
    const entry = Buffer.alloc(ICO_ENTRY_BYTES)
    entry.writeUInt8(sizePx % 256, 0)
    entry.writeUInt8(sizePx % 256, 1)
    entry.writeUInt16LE(1, 4)
    entry.writeUInt16LE(32, 6)
    entry.writeUInt32LE(png.length, 8)
    entry.writeUInt32LE(offset, 12)
    offset += png.length
    return entry
  })
  return Buffer.concat([header, ...entries, ...pictures.map(({ png }) => png)])
}

/** @param {Buffer} ico @returns {Picture[]} */
export function readIco(ico) {
  if (ico.readUInt32LE(0) !== 0x10000) throw new Error('this is no .ico file')
  return Array.from({ length: ico.readUInt16LE(4) }, (_unused, index) => {
    const at = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * index
    const start = ico.readUInt32LE(at + 12)
    return { sizePx: ico[at] || 256, png: ico.subarray(start, start + ico.readUInt32LE(at + 8)) }
  })
}

/** @param {(sizePx: number) => Buffer} pngOf */
export function writeIcns(pngOf) {
  const chunks = ICNS_TYPES.map(([type, sizePx]) => chunk(type, pngOf(sizePx)))
  return chunk('icns', Buffer.concat(chunks))
}

/** @param {Buffer} icns @returns {(Picture & { type: string })[]} */
export function readIcns(icns) {
  if (icns.toString('latin1', 0, 4) !== 'icns' || icns.readUInt32BE(4) !== icns.length)
    throw new Error('this is no .icns file')
  const found = []
  for (let at = 8; at < icns.length;) {
    const type = icns.toString('latin1', at, at + 4)
    const bytes = icns.readUInt32BE(at + 4)
    const png = icns.subarray(at + 8, at + bytes)
    found.push({ type, sizePx: ICNS_TYPES.find(([known]) => known === type)?.[1] ?? 0, png })
    at += bytes
  }
  return found
}

function chunk(type, data) {
  const header = Buffer.alloc(8)
  header.write(type, 'latin1')
  header.writeUInt32BE(data.length + 8, 4)
  return Buffer.concat([header, data])
}
