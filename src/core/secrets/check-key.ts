import type { KeyCheck, KeyService } from '../../shared/ipc/secret-calls.ts'
import { NAPSTER_BASE_URL } from '../../shared/protocol/napster.ts'
import { napsterAgents } from '../catalogue/lists.ts'
import type { Http, TransportFailure } from '../ports.ts'
import { SERVICE_NAMES } from './secret-use.ts'

/** A person waits for it. */
const TIMEOUT_MS = 10_000

/** The cheapest question that only the holder of a key can ask; always at the service's own host, whatever address a profile has. */
interface Question {
  url: string
  headers: (key: string) => Readonly<Record<string, string>>
  /** True for an answer that the service itself gives; a page of a hotel's network is none. */
  isAnswer: (json: unknown) => boolean
}

const QUESTIONS: Readonly<Record<KeyService, Question>> = {
  // deepgram.md section 9: what belongs to a key is listed under its projects.
  deepgram: {
    url: 'https://api.deepgram.com/v1/projects',
    headers: (key) => ({ Authorization: `Token ${key}` }),
    isAnswer: (json) => typeof json === 'object' && json !== null && 'projects' in json && Array.isArray(json.projects)
  },
  // napster.md section 2: 401 = key missing, expired or wrong.
  napster: {
    url: `${NAPSTER_BASE_URL}/public/agents`,
    headers: (key) => ({ 'X-Api-Key': key }),
    isAnswer: (json) => napsterAgents(json) !== undefined
  }
}

/** Asks the service whether it takes `key`. Never rejects; no sentence holds the key or words of the service. */
export async function checkKey(http: Http, service: KeyService, key: string): Promise<KeyCheck> {
  const { url, headers, isAnswer } = QUESTIONS[service]
  const answer = await http.request({ method: 'GET', url, headers: headers(key), timeoutMs: TIMEOUT_MS })
  const name = SERVICE_NAMES[service]
  if (answer.kind === 'failed') return { outcome: 'unknown', message: failureText(answer.failure, name) }
  const { status } = answer
  if (status === 401) {
    return {
      outcome: 'refused',
      message: `${name} does not accept this key (HTTP 401). Enter it anew, or make another.`
    }
  }
  if (status >= 200 && status <= 299 && isAnswer(answer.json)) {
    return { outcome: 'works', message: `${name} accepts this key.` }
  }
  return { outcome: 'unknown', message: unclear(status, name) }
}

function unclear(status: number, name: string): string {
  if (status === 403) {
    return `${name} knows this key but does not let it be checked (HTTP 403). A conversation may work all the same.`
  }
  if (status === 429) return `${name} asks to wait (HTTP 429). Check the key again in a minute.`
  if (status >= 500) return `${name} has trouble itself (HTTP ${status}). Check the key again later.`
  return `Something that is not ${name} seems to answer in its place (HTTP ${status}). Check the network.`
}

function failureText(failure: TransportFailure, name: string): string {
  if (failure.kind === 'timeout') return `The key was not checked: ${name} did not answer in time. Check the network.`
  if (failure.kind === 'unreachable' && failure.reason.startsWith('proxy')) {
    return `The key was not checked: the proxy on the way to ${name} does not let Parley through. Check the proxy settings.`
  }
  if (failure.kind === 'unreachable' && failure.reason.startsWith('certificate')) {
    return `What answers in the place of ${name} cannot prove that it is ${name}, so the key was not sent. Check the network.`
  }
  return `The key was not checked: ${name} cannot be reached. Check the network.`
}
