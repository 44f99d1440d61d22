import { EventEmitter } from 'node:events'
import type { PowerMonitor } from 'electron'
import { expect, test } from 'vitest'
import { silentLog } from '../../core/testing.test-support.ts'
import { followPower } from './power.ts'

test('the assistant hears of each sleep and each awakening, and of nothing else', () => {
  const monitor = new EventEmitter()
  const heard: string[] = []
  const assistant = {
    suspend: () => void heard.push('suspend'),
    resume: () => {
      heard.push('resume')
      return undefined
    }
  }
  followPower(monitor as PowerMonitor, assistant, silentLog)
  expect(heard).toEqual([])
  for (const name of ['suspend', 'resume', 'lock-screen', 'unlock-screen', 'on-battery', 'suspend', 'resume']) {
    monitor.emit(name)
  }
  expect(heard).toEqual(['suspend', 'resume', 'suspend', 'resume'])
})
