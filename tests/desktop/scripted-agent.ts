import { writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import type { SessionEvent, SessionState } from '../../src/shared/events.ts'
import { breakingLink, type BreakingLink } from '../e2e/breaking-link.ts'
import { service, type Peer, type Service } from '../protocol/cli.test-support.ts'
import { expect, type Desktop } from './desktop.ts'

declare global {
  interface Window {
    /** The newest state of the session. */
    sessionState: SessionState
  }
}

/** A service of the test's own behind a wire that can be cut. */
export interface ScriptedAgent extends Service {
  link: BreakingLink
}

/** It accepts every session, greets nobody and answers nothing. */
export async function scriptedAgent(): Promise<ScriptedAgent> {
  const agent = await service(() => {})
  const link = await breakingLink(Number(new URL(agent.url).port))
  return {
    ...agent,
    link,
    close() {
      agent.close()
      void link.close()
    }
  }
}

/** A profile for a service at `url`, as a file; returns its path. */
export async function profileFile(file: string, url: string): Promise<string> {
  const settings = { agent: { think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Be brief.' } } }
  await writeFile(file, JSON.stringify({ schemaVersion: 1, name: 'Elsewhere', service: 'builtin', url, settings }))
  return file
}

/** Starts a conversation and waits until the service has accepted it. */
export async function connect({ page }: Desktop): Promise<void> {
  await page.evaluate(() => {
    window.sessionState = { phase: 'idle' }
    window.parley!.on('session:event', (payload) => {
      const event = payload as SessionEvent
      if (event.kind === 'state') window.sessionState = event.state
    })
  })
  await page.getByRole('button', { name: 'Start talking' }).click()
  await expect.poll(() => phaseOf(page), { timeout: 30_000 }).toBe('live')
}

export async function phaseOf(page: Page): Promise<SessionState['phase']> {
  return (await stateOf(page)).phase
}

export function stateOf(page: Page): Promise<SessionState> {
  return page.evaluate(() => window.sessionState)
}

/** The `connection`th session at the service, counted from 1; `atMs` is when its Settings came (`performance.now()` of the test). */
export async function session(agent: Service, connection: number): Promise<{ peer: Peer; atMs: number }> {
  const settings = () => agent.peers[connection - 1]?.got.find(({ type }) => type === 'Settings')
  await expect.poll(settings, { timeout: 30_000, intervals: [20] }).toBeDefined()
  return { peer: agent.peers[connection - 1]!, atMs: settings()!.atMs }
}
