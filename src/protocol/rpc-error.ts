/** The error codes of JSON-RPC 2.0, and zd's own code `failed`. */
export const RpcError = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  failed: -32000,
} as const;
