// Made by `npm run generate`: do not edit, change its sources and run that again.
// Sources: openapi/traq-auth.yaml, openapi/descriptions.overlay.yaml and openapi/corrections.overlay.yaml.

export interface paths {
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Starts a login session. The session is held by a cookie.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the session that the request carries, or every session of its user.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/ex-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's linked accounts
         * @description Lists the accounts of other services by which the user may log in.
         */
        get: operations["getMyExternalAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/ex-accounts/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link an account
         * @description Begins to link an account of another service. The answer says where the user has to go on, in a browser that
         *     holds the same login; the account is linked once the other service has vouched for it.
         */
        post: operations["linkExternalAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/ex-accounts/unlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlink an account
         * @description Removes the link to an account of another service.
         */
        post: operations["unlinkExternalAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's login sessions
         * @description Lists the sessions that are still good, in no particular order.
         */
        get: operations["getMySessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a login session
         * @description Ends one session. It is no error if there is no such session (any more).
         */
        delete: operations["revokeMySession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account of another service, linked to the user. */
        ExternalProviderUser: {
            /** @description The user's name over there. */
            externalName: string;
            /** @description When the account was linked. */
            linkedAt: string;
            /** @description Name of the service, such as `github`. */
            providerName: string;
        };
        /** @description A login session. */
        LoginSession: {
            /**
             * Format: uuid
             * @description Id of the session; it is no secret.
             */
            id: string;
            /**
             * Format: date-time
             * @description When the session began.
             */
            issuedAt: string;
        };
        /** @description Which account to link. */
        PostLinkExternalAccount: {
            /** @description Name of the service, such as `github`. */
            providerName: string;
        };
        /** @description Who wants to log in. */
        PostLoginRequest: {
            /** @description User name; letter case does not matter. */
            name: string;
            /** @description Password. */
            password: string;
        };
        /** @description Which account to unlink. */
        PostUnlinkExternalAccount: {
            /** @description Name of the service, such as `github`. */
            providerName: string;
        };
    };
    responses: never;
    parameters: {
        /** @description Where to send the browser afterwards. The server takes any address, of other hosts too. */
        redirectInQuery: string;
        /** @description Id of the session. */
        sessionIdInPath: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ExternalProviderUser = components['schemas']['ExternalProviderUser'];
export type LoginSession = components['schemas']['LoginSession'];
export type PostLinkExternalAccount = components['schemas']['PostLinkExternalAccount'];
export type PostLoginRequest = components['schemas']['PostLoginRequest'];
export type PostUnlinkExternalAccount = components['schemas']['PostUnlinkExternalAccount'];
export type ParameterRedirectInQuery = components['parameters']['redirectInQuery'];
export type ParameterSessionIdInPath = components['parameters']['sessionIdInPath'];
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: {
                /** @description Where to send the browser afterwards. The server takes any address, of other hosts too. */
                redirect?: components["parameters"]["redirectInQuery"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostLoginRequest"];
            };
        };
        responses: {
            /** @description Logged in. */
            204: {
                headers: {
                    /**
                     * @description The session cookie, good for 28 days.
                     * @example r_session=example; Path=/; Max-Age=2419200; HttpOnly; SameSite=Lax
                     */
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Logged in, and sent on to the address asked for. */
            302: {
                headers: {
                    /**
                     * @description The address that was asked for.
                     * @example https://app.invalid/welcome
                     */
                    Location: string;
                    /**
                     * @description The session cookie, good for 28 days.
                     * @example r_session=example; Path=/; Max-Age=2419200; HttpOnly; SameSite=Lax
                     */
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read, a field is not acceptable, or a live session came along. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Nobody has this name, or the password is another one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: {
                /** @description Whether to end every session of the user. */
                all?: boolean;
                /** @description Where to send the browser afterwards. The server takes any address, of other hosts too. */
                redirect?: components["parameters"]["redirectInQuery"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out, or there was nothing to log out of. */
            204: {
                headers: {
                    /**
                     * @description Clears the session cookie.
                     * @example r_session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0
                     */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Logged out, and sent on to the address asked for. */
            302: {
                headers: {
                    /**
                     * @description The address that was asked for.
                     * @example https://app.invalid/welcome
                     */
                    Location: string;
                    /**
                     * @description Clears the session cookie.
                     * @example r_session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0
                     */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    getMyExternalAccounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The linked accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExternalProviderUser"][];
                };
            };
            /** @description No session, or one that has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended, or a token was sent in place of a session. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Too many requests of one user. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait.
                     * @example 1
                     */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    linkExternalAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostLinkExternalAccount"];
            };
        };
        responses: {
            /** @description Go on at the address in `Location`. */
            302: {
                headers: {
                    /**
                     * @description Where the user has to go on, in a browser that holds the same login.
                     * @example /api/auth/github?link=1
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The server does not offer this provider, or an account of it is linked already. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description No session, or one that has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended, or a token was sent in place of a session. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Too many requests of one user. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait.
                     * @example 1
                     */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    unlinkExternalAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostUnlinkExternalAccount"];
            };
        };
        responses: {
            /** @description No longer linked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No account of this provider is linked. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description No session, or one that has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended, or a token was sent in place of a session. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Too many requests of one user. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait.
                     * @example 1
                     */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    getMySessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginSession"][];
                };
            };
            /** @description No session, or one that has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended, or a token was sent in place of a session. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Too many requests of one user. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait.
                     * @example 1
                     */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
    revokeMySession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the session. */
                sessionId: components["parameters"]["sessionIdInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no such session now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No session, or one that has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The account is suspended, or a token was sent in place of a session. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description Too many requests of one user. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait.
                     * @example 1
                     */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
            /** @description The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What is wrong, in English. */
                        message: string;
                    };
                };
            };
        };
    };
}
