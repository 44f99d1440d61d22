import type { IncomingMessage } from 'node:http'
import type { TransportFailure, UnreachableReason } from '../../core/ports.ts'
import { retryAfterMs } from './retry-after.ts'

const REASONS: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: 'nothing-answers',
  ECONNRESET: 'broken-off',
  EPIPE: 'broken-off',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'lookup-failed',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'no-answer',
  CERT_HAS_EXPIRED: 'certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  EPROTO: 'not-tls'
}

/** From the error's code alone: the library's own text may quote what we sent. */
export function unreachableReason(error: Error & { code?: unknown }): UnreachableReason {
  // ws itself gives no code where the answer is no WebSocket's.
  if (typeof error.code !== 'string' || error.code.startsWith('HPE_')) return 'not-websocket'
  return REASONS[error.code] ?? 'other'
}

/** What an answer that is no success tells. */
export function refusal({ statusCode, headers }: IncomingMessage): TransportFailure {
  const waitMs = retryAfterMs(headers['retry-after'], Date.now())
  return {
    kind: 'refused',
    httpStatus: statusCode ?? 0,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs })
  }
}
