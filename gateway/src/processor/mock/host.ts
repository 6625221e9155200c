/** Where the mock processor seems to be. The top-level domain `invalid` never resolves (RFC 6761). */
export const sandboxHost = 'processor.sandbox.invalid';
