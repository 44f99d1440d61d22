// Which packages the product carries, their licences, and the text of resources/third-party-notices.txt.
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { root } from './own-node.mjs'

/** Licences the product may carry. Another one is a decision for a person, not for a script. */
const ALLOWED_LICENCES = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSD-4-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT'
]

/** Packages whose code holds the work of others under another licence, as their own manifest does not say. */
const WITHIN = {
  'uiohook-napi':
    'Its prebuilt library contains libuiohook, Copyright (C) 2006-2023 Alexander Barker, under the GNU Lesser General Public License, version 3 or\n' +
    '(at your option) any later version: https://www.gnu.org/licenses/lgpl-3.0.html. It is a file of its own in the installed program\n' +
    '(app.asar.unpacked/node_modules/uiohook-napi/prebuilds/) and can be replaced there by a changed one; the source is\n' +
    'https://github.com/SnosMe/uiohook-napi and https://github.com/kwhat/libuiohook.'
}

/** Its generated style sheet (the reset of `preflight.css`) is in the page. */
const ALSO_BUNDLED = ['tailwindcss']
const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'".][^'"]*)['"]/g
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-._].*)?$/i
const RULE = '-'.repeat(80)

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))
const isPackage = (name) => name !== 'electron' && !name.startsWith('node:') && !builtinModules.includes(name)
const packageName = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Packages that the page's own source imports: they are bundled and are no `dependencies`. */
export function importedByPage() {
  const files = globSync('src/{renderer,preload,shared}/**/*.{ts,tsx,css}', { cwd: root }).filter(
    (file) => !/\.(test|test-support)\.tsx?$/.test(file)
  )
  const names = files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(IMPORT)].map(([, specifier]) => packageName(specifier))
  )
  return [...new Set([...names, ...ALSO_BUNDLED])].filter(isPackage).filter((name) => existsSync(folderOf(name, root)))
}

const folderOf = (name, from) => {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name)
    if (existsSync(found) || folder === path.dirname(folder)) return found
  }
}

/** Folders of all packages that the product carries: what main loads, what the page bundles, and what they need. */
function carried() {
  const found = new Set()
  const add = (name, from, optional) => {
    const folder = folderOf(name, from)
    if (found.has(folder)) return
    if (!existsSync(folder)) {
      if (optional) return
      throw new Error(`${name} is not installed: run "npm ci" first`)
    }
    found.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = readJson(path.join(folder, 'package.json'))
    for (const next of Object.keys(dependencies)) add(next, folder, next in optionalDependencies)
  }
  for (const name of Object.keys(readJson(path.join(root, 'package.json')).dependencies)) add(name, root, false)
  for (const name of importedByPage()) add(name, root, false)
  return [...found]
}

/** Every package the product carries, by name and version. `text`: its licence files as they are. */
export function thirdParty() {
  const packages = carried().map((folder) => {
    const { name, version, license, author } = readJson(path.join(folder, 'package.json'))
    const files = readdirSync(folder)
      .filter((file) => LICENCE_FILE.test(file))
      .toSorted()
    const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n')
    const by = typeof author === 'string' ? author : (author?.name ?? '')
    return { name, version, licence: license, by, text, within: WITHIN[name] }
  })
  return packages.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

const isAllowedName = (name) => ALLOWED_LICENCES.includes(name.replace(/[()]/g, '').trim())

/** Whether an SPDX expression of names, OR, AND and brackets can be met by the allowed licences. */
export function isAllowed(expression) {
  if (typeof expression !== 'string') return false
  return expression.split(/\sOR\s/).some((choice) => choice.split(/\sAND\s/).every(isAllowedName))
}

/** The text of the notices. */
export function noticesText() {
  const parts = thirdParty().map(({ name, version, licence, by, text, within }) => {
    const head = `${name} ${version}\nLicence: ${licence}${by === '' ? '' : `\nAuthor: ${by.replace(/\s*<.*/, '')}`}`
    const body = text === '' ? `This package comes without a licence file; its manifest names ${licence}.` : text
    return [head, ...(within === undefined ? [] : [within]), body].join('\n\n')
  })
  const intro =
    'Parley contains the work of others. Electron and Chromium have notices of their own beside this file\n' +
    '(LICENSE.electron.txt, LICENSES.chromium.html). Made by "node scripts/generate-notices.mjs".'
  return `${[intro, ...parts]
    .join(`\n\n${RULE}\n\n`)
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+$/gm, '')}\n`
}
