import { setNonce } from 'get-nonce'

/** Nonce of this page load for style elements; Vite puts the meta element there, the host fills it in. */
export const styleNonce: string | undefined =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined

/** Lets the style elements that the UI kit adds at run time pass the page's policy. Call before the first render. */
export function applyStyleNonce(): void {
  if (styleNonce !== undefined) setNonce(styleNonce)
}
