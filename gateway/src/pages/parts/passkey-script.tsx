import type { VNode } from 'preact';
import { integrityOf, passkeyScriptPath } from '../assets.ts';

/** The script of the pages on which people make passkeys and sign in with them. `nonce` is the page's policy's. */
export function PasskeyScript({ nonce }: { nonce: string }): VNode {
  return <script src={passkeyScriptPath} integrity={integrityOf(passkeyScriptPath)} nonce={nonce} defer />;
}
