import type { BridgeClient } from '../../bridge/client.ts'

/** What the UI needs of the link to main. */
export type Bridge = Pick<BridgeClient, 'invoke' | 'on' | 'onLink'>
