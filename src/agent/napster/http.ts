import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { describeIssue } from '../issue-text.ts'
import { RestError } from './errors.ts'

/** Longest body of a request. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Reads the body as JSON; no body is {}. Throws {@link RestError}. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBytes(request)).toString('utf8')
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new RestError(400, 'InvalidJson', 'The body is not valid JSON.')
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MAX_BODY_BYTES) chunks.push(chunk)
      // The rest is read and dropped, or the client would not see the answer.
      else reject(new RestError(413, 'RequestTooLarge', `The body is longer than ${MAX_BODY_BYTES} bytes.`))
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => reject(new RestError(400, 'InvalidRequest', 'The body broke off.')))
  })
}

/** Reads a body by its schema. Throws {@link RestError} that names the field. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  try {
    const result = schema.safeParse(body)
    if (result.success) return result.data
    const description = describeIssue(result.error).replace('Error parsing client message.', 'The body does not fit.')
    throw new RestError(400, 'InvalidRequest', description)
  } catch (error) {
    // The JSON checks recurse: what is nested some thousand levels deep runs out of stack there.
    if (error instanceof RangeError) throw new RestError(400, 'InvalidRequest', 'The body is nested too deeply.')
    throw error
  }
}

/** Answers with JSON, or with nothing but the status when there is no body. */
export function answer(response: ServerResponse, status: number, body?: unknown): void {
  if (response.headersSent || response.destroyed) return
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' })
  })
  response.end(text)
}

export function answerError(response: ServerResponse, error: RestError): void {
  if (error.retryAfterSeconds !== null && !response.headersSent) {
    response.setHeader('retry-after', String(error.retryAfterSeconds))
  }
  // What is left of a body that is too long is not waited for.
  if (error.status === 413 && !response.headersSent) response.setHeader('connection', 'close')
  answer(response, error.status, error.body)
}
