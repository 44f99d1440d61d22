import { describe, expect, it } from 'vitest'
import type { Log } from '../ports.ts'
import { DEEPGRAM, KEY, reasonOf, stable } from './reconnect/reconnect.test-support.ts'
import { SessionRig } from '../testing.test-support.ts'
import { closeText } from './end-reasons.ts'

function listening(): { log: Log; lines: unknown[] } {
  const lines: unknown[] = []
  const write = (...line: unknown[]): void => void lines.push(line)
  return { log: { debug: write, info: write, warn: write, error: write }, lines }
}

describe('what a service says when it closes the socket', () => {
  it.each([
    [1000, 'The service ended the session: Out of credit.'],
    [1011, 'The service broke off the session (close code 1011): Out of credit.']
  ])('is in the end message and in the log (%i)', async (code, message) => {
    const { log, lines } = listening()
    const rig = await SessionRig.live({ log, reconnect: false })
    rig.socket.handlers.onClose(code, 'Out of\n credit.\u0000')
    expect(reasonOf(rig)).toEqual({ code: 'service-closed', message })
    expect(lines).toContainEqual(['service closed the connection', { code, text: 'Out of credit.' }])
  })

  it('is told while the session reconnects, and holds no key', async () => {
    const { log, lines } = listening()
    const rig = await stable({ ...DEEPGRAM, log })
    rig.socket.handlers.onClose(1011, `Bad token ${KEY}, go away.`)
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      reason: { message: expect.stringContaining('Bad token [key], go away.') as string }
    })
    expect(JSON.stringify([lines, rig.events])).not.toContain(KEY)
  })

  it('is left out where nobody can read it', async () => {
    const rig = await SessionRig.live({ reconnect: false })
    rig.socket.handlers.onClose(1006, '')
    expect(reasonOf(rig)?.message).toBe('The service broke off the session (close code 1006).')
    expect(['', ' \n', '\uFFFD\uFFFDab', '{}', '\u0001\u0002', '4711'].map((text) => closeText(text))).toEqual(
      Array.from({ length: 6 }, () => '')
    )
  })

  it('is cut after 200 characters', () => {
    expect(Array.from(closeText('😀a'.repeat(300)))).toHaveLength(200)
    expect(closeText('a'.repeat(200))).toBe('a'.repeat(200))
  })
})
