import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { installElectronModule } from '../electron-module.ts'
import { modelledMembers } from '../surface.ts'

test('FIDELITY.md says of every modelled member what it was taken from', { tag: '@standin' }, () => {
  expect(installElectronModule, 'importing it models everything').toBeInstanceOf(Function)
  const text = readFileSync(join(import.meta.dirname, '../FIDELITY.md'), 'utf8')
  const rows = new Set(
    text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) => (line.split('|')[1] ?? '').split(',').map((name) => name.trim()))
  )
  expect(modelledMembers.size).toBeGreaterThan(40)
  expect([...modelledMembers].filter((member) => !rows.has(member))).toEqual([])
})
