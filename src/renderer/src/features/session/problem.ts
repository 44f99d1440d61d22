import type { EndCode } from '../../../../shared/events.ts'
import type { ErrorCode } from '../../../../shared/protocol/deepgram.ts'
import { text } from '../../text/en.ts'
import { type AppState, isActive, isTextOnly, toldSession } from './state.ts'
import { endedQuietly } from './status.ts'

/** What the button of a problem does. Closed set: every one has a handler in problem-card.tsx. */
export type ProblemAction =
  'connect' | 'edit-agent' | 'choose-agent' | 'open-keys' | 'open-microphone' | 'default-microphone' | 'reload'

export interface Problem {
  /** Equal keys are the same problem, so that hiding one does not hide the next. */
  key: string
  title: string
  /** Main's or the platform's own sentence, which says what to do; else ours is in `advice`. */
  detail: string
  advice: string
  actions: readonly { action: ProblemAction; label: string }[]
  canHide: boolean
  /** `warning`: nothing is broken. */
  tone: 'danger' | 'warning'
}

const connectAgain = { action: 'connect', label: text.problem.tryAgain } as const
const editAgent = { action: 'edit-agent', label: text.problem.editAgent } as const
const talkAgain = { action: 'connect', label: text.problem.talkAgain } as const
const chooseAgent = { action: 'choose-agent', label: text.problem.chooseAgent } as const
const openKeys = { action: 'open-keys', label: text.problem.openKeys } as const

/** The next step for every way a conversation can end; the first is the likely one. */
const endActions: Record<Exclude<EndCode, 'hung-up'>, Problem['actions']> = {
  'service-closed': [talkAgain],
  'service-error': [connectAgain, editAgent],
  unreachable: [connectAgain, editAgent],
  timeout: [connectAgain],
  unauthorized: [openKeys, connectAgain, chooseAgent],
  forbidden: [chooseAgent, connectAgain],
  'not-found': [editAgent, connectAgain],
  'rate-limited': [connectAgain],
  idle: [talkAgain],
  'no-credits': [chooseAgent, connectAgain],
  'settings-refused': [editAgent, connectAgain],
  'invalid-profile': [editAgent, chooseAgent],
  'not-allowed': [chooseAgent, connectAgain],
  'missing-secret': [openKeys, connectAgain, chooseAgent],
  internal: [connectAgain]
}

/** Codes after which the likely next step is to correct the agent's settings; after the others it is to try again. */
const settingsCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNPARSABLE_CLIENT_MESSAGE',
  'INVALID_SETTINGS',
  'FAILED_TO_START_LISTENING',
  'USER_AUDIO_FORMAT',
  'FAILED_TO_SPEAK',
  'FAILED_TO_THINK',
  'NON_EXISTENT_FUNCTION_CALLED',
  'AGENT_ID_NOT_SUPPORTED',
  'INVALID_AGENT_ID'
])

type NapsterCode = keyof typeof text.napsterErrors

/** What Napster keeps of an agent is changed there: from here one can try again, or take another agent, also by its id. */
const napsterActions: Record<NapsterCode, Problem['actions']> = {
  idle_timeout: [talkAgain],
  session_expired: [talkAgain],
  no_credits_left: [chooseAgent, connectAgain],
  invalid_voice: [connectAgain, editAgent, chooseAgent],
  invalid_credentials: [openKeys, connectAgain, chooseAgent],
  instructions_too_long: [editAgent, connectAgain],
  connection_failed: [connectAgain, chooseAgent],
  ConcurrentSessionLimitReached: [connectAgain],
  RequestRateLimitExceeded: [connectAgain]
}

function isNapsterCode(code: string | undefined): code is NapsterCode {
  return code !== undefined && Object.hasOwn(text.napsterErrors, code)
}

/** What the service's own code adds to the way a conversation ended. */
function serviceProblem(code: string | undefined): Pick<Problem, 'title' | 'advice' | 'actions'> | undefined {
  if (code === undefined || !Object.hasOwn(text.serviceErrors, code)) return undefined
  const known = code as ErrorCode
  const actions = settingsCodes.has(known) ? [editAgent, connectAgain] : [connectAgain, chooseAgent]
  return { ...text.serviceErrors[known], actions }
}

/** The one problem to show: the host before the session, the session before the microphone. */
export function problemOf(state: AppState): Problem | null {
  const problem = hostProblem(state) ?? sessionProblem(state) ?? microphoneProblem(state)
  if (problem === null || problem.key === state.hiddenProblem) return null
  return isTextOnly(state) ? { ...problem, actions: problem.actions.map(inText) } : problem
}

/** Nobody talks to an agent without audio. */
function inText(action: Problem['actions'][number]): Problem['actions'][number] {
  return action === talkAgain ? { ...action, label: text.session.connectTextAgain } : action
}

function hostProblem(state: AppState): Problem | null {
  if (state.host.kind !== 'lost') return null
  return {
    key: 'host',
    title: text.problem.hostLost,
    detail: state.host.message,
    advice: text.problem.hostLostBody,
    actions: [{ action: 'reload', label: text.problem.reload }],
    canHide: false,
    tone: 'danger'
  }
}

function sessionProblem(state: AppState): Problem | null {
  const session = toldSession(state)
  if (session.phase !== 'ended') return null
  const { code, message, serviceCode } = session.reason
  if (code === 'hung-up') return null
  const key = `end ${code} ${message}`
  const tone = endedQuietly(session.reason) ? 'warning' : 'danger'
  if (isNapsterCode(serviceCode)) {
    const [title, actions] = [text.napsterErrors[serviceCode], napsterActions[serviceCode]]
    // The title says all that the code says.
    return { key, title, detail: message, advice: '', actions, canHide: true, tone }
  }
  const known = serviceProblem(serviceCode)
  const { title, advice } = known ?? text.end[code]
  return {
    key,
    title,
    detail: serviceCode === undefined ? message : `${message} (${text.problem.code(serviceCode)})`,
    advice: message === '' || known !== undefined ? advice : '',
    actions: known?.actions ?? endActions[code],
    canHide: true,
    tone
  }
}

/** Of the conversation; without one nothing is lost, and the sound notes tell it. */
function microphoneProblem(state: AppState): Problem | null {
  if (state.microphone.kind !== 'failed' || !isActive(state.session)) return null
  const { code, message } = state.microphone
  const { title, body, action } = text.microphone.failure[code]
  return {
    key: `microphone ${code}`,
    title,
    detail: body === '' ? message : '',
    advice: body,
    actions: [{ action: code === 'lost' ? 'default-microphone' : 'open-microphone', label: action }],
    canHide: true,
    tone: 'danger'
  }
}
