export const OIDC = 'oidc'

/** Where the identity provider sends people back to; the one path of better-auth's own that is served. */
export const OIDC_CALLBACK = `/api/auth/callback/${OIDC}`
