import type { ToolRequest, ToolRunner, ToolSet } from '../../ports.ts'
import { SessionRig, profile, settle } from '../../testing.test-support.ts'
import type { AgentProfile } from '../../../shared/profile.ts'

export interface Run {
  call: ToolRequest
  aborted: boolean
  resolve(content: string): Promise<void>
  reject(cause: unknown): Promise<void>
}

/** A tool whose runs the test ends. */
export class ManualTool implements ToolRunner {
  readonly runs: Run[] = []

  run(call: ToolRequest, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const run: Run = {
        call,
        aborted: false,
        resolve: (content) => {
          resolve(content)
          return settle()
        },
        reject: (cause) => {
          reject(cause)
          return settle()
        }
      }
      signal.addEventListener('abort', () => {
        run.aborted = true
      })
      this.runs.push(run)
    })
  }
}

/** A live session with host tools and tools of the profile. */
export function toolRig(tools: Record<string, ToolRunner>, profileTools?: AgentProfile['tools']): Promise<SessionRig> {
  const set: ToolSet = new Map(Object.entries(tools))
  const rest = profileTools === undefined ? {} : { tools: profileTools }
  return SessionRig.live({ profile: profile(undefined, rest), tools: set })
}

export interface Called {
  id: string
  name: string
  arguments?: unknown
  client_side?: boolean
}

/** One FunctionCallRequest of the service. */
export function request(rig: SessionRig, ...functions: Called[]): void {
  rig.socket.say({
    type: 'FunctionCallRequest',
    functions: functions.map((called) => ({ arguments: '{}', client_side: true, ...called }))
  })
}

export function cancelled(rig: SessionRig, ...functions: { id: string; name: string }[]): void {
  rig.socket.say({ type: 'FunctionCallCancelled', functions })
}

/** What was answered on the socket, in order. */
export function answers(rig: SessionRig): Record<string, unknown>[] {
  return rig.socket.messages.filter(({ type }) => type === 'FunctionCallResponse')
}

/** Each call as it was told last. */
export function calls(rig: SessionRig): { id: string; status: string; content?: string | undefined }[] {
  const byId = new Map(rig.of('tool-call').map(({ call }) => [call.id, call]))
  return [...byId.values()].map(({ id, status, content }) => ({
    id,
    status,
    ...(content === undefined ? {} : { content })
  }))
}
