// Generated from openapi.yaml by `npm run contract`.
export interface paths {
    "/v1/checkout-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List checkout sessions */
        get: operations["listCheckoutSessions"];
        put?: never;
        /**
         * Open a checkout session
         * @description Send the shopper to `url`. When they are back, read the session; while it is confirmed it carries the checkout token.
         */
        post: operations["createCheckoutSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout-sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a checkout session */
        get: operations["getCheckoutSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout-sessions/{session_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a checkout session
         * @description An open or confirmed session ends and what it held is released.
         */
        post: operations["cancelCheckoutSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout-sessions/{session_id}/client-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a page follow a checkout session
         * @description Give the token to the page that opens the checkout in a window of its own. On pages of the `return_url`'s origin, and there only, it reads the status of this session, for 30 minutes.
         */
        post: operations["createClientToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders */
        get: operations["listOrders"];
        put?: never;
        /**
         * Authorize an order
         * @description Spends the checkout token of a confirmed session. Reference, amount and currency must be those that the shopper agreed to. No money moves before the first capture.
         */
        post: operations["authorizeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/reversal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an order whose outcome is unknown
         * @description For a merchant that does not know whether its request arrived: voids and refunds whatever became of the reference, and refuses an authorization of it that arrives later. Answers the same when there was no order.
         */
        post: operations["reverseOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an order */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an order's captures */
        get: operations["listCaptures"];
        put?: never;
        /**
         * Capture an order
         * @description The goods are shipped, whole or in part: the debt starts and the amount is settled to the merchant.
         */
        post: operations["createCapture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Void what is not captured
         * @description Releases what the order still holds. After a capture the order stays captured, with the rest voided.
         */
        post: operations["voidOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an order's refunds */
        get: operations["listRefunds"];
        put?: never;
        /**
         * Refund captured goods
         * @description Takes the amount off the debt, from the last installment; what is more than owed returns to the card.
         */
        post: operations["createRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans/{plan_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a plan
         * @description The debt of one order: what was agreed, and its schedule as it is today.
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List settlements */
        get: operations["listSettlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{settlement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a settlement */
        get: operations["getSettlement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{settlement_id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a settlement's lines */
        get: operations["listSettlementLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List payouts */
        get: operations["listPayouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payout_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a payout */
        get: operations["getPayout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payout_id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a payout's lines
         * @description The lines of its settlement: they sum to the payout.
         */
        get: operations["listPayoutLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the feed of events
         * @description The source of truth: contiguous numbers, in order. Webhooks only tell you to look here.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an event */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Register a webhook endpoint
         * @description Deliveries follow Standard Webhooks. The secret is told in this answer and never again.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a webhook endpoint */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an endpoint's deliveries */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the pages of a shop need to know */
        get: operations["getBrowserConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/eligibility": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether an amount can be paid later at all
         * @description Says nothing about a shopper: who may have how much is decided in the checkout.
         */
        get: operations["getEligibility"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what to say beside a price
         * @description Computed as the checkout computes its offers, of which it names the one with the smallest parts. An amount that nobody can pay later has an empty text and no plan.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkout-sessions/{session_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a session's status in a browser
         * @description A hint for the page; what counts is what the merchant’s server reads, signed.
         */
        get: operations["getCheckoutSessionStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a sandbox
         * @description Signed with the key that the body registers; `keyid` is the key's `kid`, by default its RFC 7638 thumbprint. The sandbox comes with a merchant, two funders and two shoppers who are known already, and lives for 30 days.
         */
        post: operations["createSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the sandbox of the key */
        get: operations["getSandbox"];
        put?: never;
        post?: never;
        /**
         * End the sandbox of the key
         * @description Its keys and pages stop working within five seconds.
         */
        delete: operations["deleteSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Advance the sandbox's clock
         * @description Walks forward one business date after the other: what falls due is collected, what is over expires, settlements close. At most 31 days a request. Writes are refused with `clock_moving` meanwhile.
         */
        post: operations["advanceClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/checkout-sessions/{session_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a session as a test person
         * @description Does what the hosted page does for a person whose identity is known, without a browser.
         */
        post: operations["confirmSandboxSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the sandbox's inbox */
        get: operations["listInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/trial-balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the sandbox's books
         * @description Debits and credits by account code; the same in both columns for each currency. With the invariants that were checked.
         */
        get: operations["getTrialBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the gateway's public keys
         * @description What the gateway signs with (RFC 7517), the newest first.
         */
        get: operations["getGatewayKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is up */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process can serve: its database answers and has the right schema */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description The merchant's own reference: visible characters, no space at either end.
         * @example order-1001
         */
        MerchantReference: string;
        /**
         * @description A positive amount of money in minor units of its currency: 1000 is 10.00 CNY, and 1000 JPY.
         * @example 10000
         */
        Amount: number;
        /**
         * @description An ISO 4217 code.
         * @example CNY
         * @enum {string}
         */
        CurrencyCode: "CNY" | "EUR" | "GBP" | "USD" | "JPY" | "KWD";
        /** @description One line of the cart; the lines sum to the amount. */
        SessionLine: {
            name: string;
            quantity: number;
            unit_amount: number;
            amount: number;
        };
        /**
         * @description Where to go on: next_cursor of the page before.
         * @example b3JkXzAxOGY2YjJhOWM3ZDdlM2Y4YTFiMmMzZDRlNWY2MDcx
         */
        Cursor: string;
        CheckoutSession: {
            /**
             * @description An id that begins with cs_.
             * @example cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "checkout_session";
            /** @enum {string} */
            status: "open" | "confirmed" | "completed" | "canceled" | "expired";
            merchant_reference: components["schemas"]["MerchantReference"];
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            lines: components["schemas"]["SessionLine"][];
            /** @description SHA-256 of the lines, base64url; compare it on the return. */
            lines_hash: string;
            return_url: string;
            /** @description The hosted page; only in the answer that opened the session. */
            url?: string;
            /** @description The single-use proof of confirmation; only while the session is confirmed. */
            checkout_token?: string;
            /** @description The shopper as this merchant knows them. */
            shopper_id: string | null;
            plan_code: ("pay_after" | "pay_in_3" | "pay_in_4") | null;
            /** @description Why the last assessment declined, in so far as a merchant may know. */
            decline_code: string | null;
            order_id: string | null;
            allowed_actions: ("authorize" | "cancel")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description An amount of money in minor units of its currency.
         * @example 10000
         */
        AmountInResponse: number;
        /**
         * Format: date-time
         * @description An instant by RFC 3339 in UTC.
         * @example 2026-03-01T08:30:00.000Z
         */
        Timestamp: string;
        ClientToken: {
            /** @description A bearer token. */
            client_token: string;
            expires_at: components["schemas"]["Timestamp"];
        };
        Order: {
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "order";
            /** @enum {string} */
            status: "authorized" | "partially_captured" | "captured" | "voided" | "expired";
            merchant_reference: components["schemas"]["MerchantReference"];
            /**
             * @description An id that begins with cs_.
             * @example cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            checkout_session_id: string;
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            /** @description The shopper as this merchant knows them. */
            shopper_id: string;
            currency: components["schemas"]["CurrencyCode"];
            authorized_amount: components["schemas"]["AmountInResponse"];
            captured_amount: components["schemas"]["AmountInResponse"];
            voided_amount: components["schemas"]["AmountInResponse"];
            refunded_amount: components["schemas"]["AmountInResponse"];
            capturable_amount: components["schemas"]["AmountInResponse"];
            refundable_amount: components["schemas"]["AmountInResponse"];
            allowed_actions: ("capture" | "void" | "refund")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            /** @description When what is not captured expires, by the environment's clock. */
            expires_at: components["schemas"]["Timestamp"];
        };
        Reversal: {
            /** @constant */
            object: "reversal";
            merchant_reference: components["schemas"]["MerchantReference"];
            order: components["schemas"]["Order"] | null;
        };
        Capture: {
            /**
             * @description An id that begins with cap_.
             * @example cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "capture";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            reference: components["schemas"]["MerchantReference"];
            amount: components["schemas"]["AmountInResponse"];
            merchant_fee: components["schemas"]["AmountInResponse"];
            created_at: components["schemas"]["Timestamp"];
        };
        Refund: {
            /**
             * @description An id that begins with rfd_.
             * @example rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "refund";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            reference: components["schemas"]["MerchantReference"];
            amount: components["schemas"]["AmountInResponse"];
            /** @description What was taken off the shopper's debt. */
            debt_amount: components["schemas"]["AmountInResponse"];
            /** @description What returns to the shopper's card. */
            money_back_amount: components["schemas"]["AmountInResponse"];
            /** @description The rate part of the merchant fee on the refunded amount. */
            fee_returned: components["schemas"]["AmountInResponse"];
            /** @enum {string} */
            status: "pending" | "succeeded" | "failed";
            version: number;
            created_at: components["schemas"]["Timestamp"];
        };
        Plan: {
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "plan";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            /** @enum {string} */
            code: "pay_after" | "pay_in_3" | "pay_in_4";
            /** @enum {string} */
            status: "pending" | "active" | "paid" | "canceled" | "charged_off";
            currency: components["schemas"]["CurrencyCode"];
            /** @description The first capture's date in the merchant's calendar. */
            started_on: components["schemas"]["Date"] | null;
            agreed: components["schemas"]["PlanSnapshot"];
            /** @description SHA-256 of the canonical JSON of `agreed`, in hex. */
            snapshot_hash: string;
            installments: components["schemas"]["Installment"][];
            version: number;
        };
        /**
         * Format: date
         * @description A calendar date.
         * @example 2026-03-31
         */
        Date: string;
        /** @description What the shopper agreed to; it never changes. */
        PlanSnapshot: {
            /** @constant */
            version: 1;
            /** @enum {string} */
            code: "pay_after" | "pay_in_3" | "pay_in_4";
            currency: string;
            amount: number;
            down_payment: number;
            financed: number;
            /** @constant */
            finance_charge: 0;
            readonly installments: {
                number: number;
                offset: {
                    months: number;
                } | {
                    days: number;
                };
                amount: number;
                /**
                 * Format: date
                 * @description The date if the goods had shipped on the day of the agreement.
                 */
                due_date: string;
            }[];
            cadence: {
                months: number;
            } | {
                days: number;
            };
            /** @enum {string} */
            refund_policy: "from_last" | "pro_rata";
            readonly merchant: {
                id: string;
                name: string;
            };
            readonly funder: {
                id: string;
                name: string;
            };
            terms_version: string;
            /** Format: date */
            agreed_on: string;
        };
        Installment: {
            /**
             * @description An id that begins with ins_.
             * @example ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            number: number;
            due_date: components["schemas"]["Date"];
            amount: components["schemas"]["AmountInResponse"];
            paid_amount: components["schemas"]["AmountInResponse"];
            /** @enum {string} */
            status: "scheduled" | "due" | "overdue" | "paid" | "canceled";
            days_past_due: number;
        };
        Settlement: {
            /**
             * @description An id that begins with stl_.
             * @example stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "settlement";
            /** @enum {string} */
            status: "open" | "closed";
            currency: components["schemas"]["CurrencyCode"];
            business_date: components["schemas"]["Date"];
            net: components["schemas"]["SignedAmount"] | null;
            lines_count: number | null;
            closed_at: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description A sum of money in minor units of its currency; negative when it is owed the other way.
         * @example 9705
         */
        SignedAmount: number;
        SettlementLine: {
            number: number;
            /** @enum {string} */
            kind: "capture" | "capture_fee" | "refund" | "refund_fee" | "carried_over";
            amount: components["schemas"]["SignedAmount"];
            currency: components["schemas"]["CurrencyCode"];
            business_date: components["schemas"]["Date"];
            order_id: string | null;
            /** @description The capture, refund or earlier settlement that caused the line. */
            source_id: string;
        };
        Payout: {
            /**
             * @description An id that begins with po_.
             * @example po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "payout";
            /**
             * @description An id that begins with stl_.
             * @example stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            settlement_id: string;
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            /** @enum {string} */
            status: "pending" | "paid" | "failed";
            failure_code: string | null;
            version: number;
            created_at: components["schemas"]["Timestamp"];
            paid_at: components["schemas"]["Timestamp"] | null;
        };
        Event: {
            /**
             * @description An id that begins with evt_.
             * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "event";
            /**
             * @description `checkout_session.confirmed`: A shopper chose a plan and confirmed; the order can be authorized.
             *     `checkout_session.canceled`: A checkout session was canceled before it became an order.
             *     `checkout_session.expired`: A checkout session ran out of time before it became an order.
             *     `checkout_session.completed`: A confirmed checkout session became an order.
             *     `order.authorized`: An order was authorized; no money has moved yet.
             *     `order.partially_captured`: A part of an order was captured; the rest can still be captured.
             *     `order.captured`: An order was captured as far as it will be.
             *     `order.voided`: An order was voided before anything of it was captured.
             *     `order.expiring`: An authorization will expire soon; capture it or void it.
             *     `order.expired`: An authorization expired before anything of it was captured.
             *     `refund.created`: A refund was accepted and reduces the debt.
             *     `refund.succeeded`: A refund is finished; money that went back has been sent.
             *     `refund.failed`: The money of a refund could not be sent back.
             *     `plan.active`: A plan began with the first capture of its order.
             *     `plan.paid`: Every installment of a plan is paid.
             *     `plan.canceled`: A plan ended without a debt, by a void or by refunds.
             *     `installment.due`: The due date of an installment has come.
             *     `installment.overdue`: An installment was not paid by its due date.
             *     `installment.paid`: An installment is paid in full.
             *     `repayment.succeeded`: A repayment was received.
             *     `repayment.failed`: A repayment could not be collected.
             *     `settlement.closed`: A settlement was closed: its lines and its net amount are final.
             *     `payout.created`: A payout of a settlement was started.
             *     `payout.paid`: The bank accepted a payout.
             *     `payout.failed`: The bank refused a payout.
             *     `webhook_endpoint.disabled`: A webhook endpoint was disabled because it failed for too long or answered 410.
             * @enum {string}
             */
            type: "checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "plan.active" | "plan.paid" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "repayment.succeeded" | "repayment.failed" | "settlement.closed" | "payout.created" | "payout.paid" | "payout.failed" | "webhook_endpoint.disabled";
            /** @description Its place in your feed: 1, 2, 3 and so on without gaps. */
            sequence: number;
            object_id: string;
            /** @description Ignore an event whose version is below what you have of the object. */
            object_version: number;
            data: {
                [key: string]: unknown;
            };
            occurred_at: components["schemas"]["Timestamp"];
        };
        WebhookEndpoint: {
            /**
             * @description An id that begins with whe_.
             * @example whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "webhook_endpoint";
            url: string;
            event_types: string[];
            /** @enum {string} */
            status: "enabled" | "disabled";
            /** @description What deliveries are signed with; told once, at creation. */
            secret?: string;
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description One attempt to send one event to one endpoint. */
        Delivery: {
            /**
             * @description An id that begins with dlv_.
             * @example dlv_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "delivery";
            /**
             * @description An id that begins with evt_.
             * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            event_id: string;
            attempt: number;
            /** @enum {string} */
            status: "pending" | "succeeded" | "failed";
            response_status: number | null;
            failure: string | null;
            scheduled_at: components["schemas"]["Timestamp"];
            finished_at: components["schemas"]["Timestamp"] | null;
        };
        BrowserConfig: {
            merchant: {
                name: string;
                currency: components["schemas"]["CurrencyCode"];
            };
            plan_codes: ("pay_after" | "pay_in_3" | "pay_in_4")[];
            min_amount: components["schemas"]["AmountInResponse"];
            /** @description The largest amount that anybody could pay later; most shoppers may less. */
            max_amount: components["schemas"]["AmountInResponse"];
            /** @description The languages that there are texts in. */
            locales: ("en" | "zh-CN")[];
        };
        Eligibility: {
            eligible: boolean;
            /** @description Null when it can. */
            reason: ("currency_unsupported" | "amount_too_large") | null;
        };
        OfferMessage: {
            /** @description Plain text. */
            text: string;
            plan_code: ("pay_after" | "pay_in_3" | "pay_in_4") | null;
            /** @description What is paid one after the other; their sum is the amount. */
            parts: components["schemas"]["AmountInResponse"][];
        };
        CheckoutSessionStatus: {
            /** @enum {string} */
            status: "open" | "confirmed" | "completed" | "canceled" | "expired";
            expires_at: components["schemas"]["Timestamp"];
        };
        NewSandbox: {
            /**
             * @description An id that begins with sbx_.
             * @example sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "sandbox";
            clock: {
                now: components["schemas"]["Timestamp"];
                moving: boolean;
            };
            time_zone: string;
            merchant: {
                /**
                 * @description An id that begins with mer_.
                 * @example mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                id: string;
                name: string;
                key_id: string;
                /** @description Names the merchant in its shop's pages; it proves nothing and is no secret. */
                publishable_key: string;
            };
            /**
             * Format: uri
             * @description A page with what was sent to shoppers; keep it to yourself.
             */
            inbox_url: string;
            expires_at: components["schemas"]["Timestamp"];
            shoppers: {
                name: string;
                phone: string;
                national_id: string;
            }[];
        };
        /** @description A world of its own, with one clock that stands until it is advanced. */
        Sandbox: {
            /**
             * @description An id that begins with sbx_.
             * @example sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "sandbox";
            clock: {
                now: components["schemas"]["Timestamp"];
                moving: boolean;
            };
            time_zone: string;
            merchant: {
                /**
                 * @description An id that begins with mer_.
                 * @example mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                id: string;
                name: string;
                key_id: string;
                /** @description Names the merchant in its shop's pages; it proves nothing and is no secret. */
                publishable_key: string;
            };
            /**
             * Format: uri
             * @description A page with what was sent to shoppers; keep it to yourself.
             */
            inbox_url: string;
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description What would have been sent to a person. */
        Message: {
            /**
             * @description An id that begins with msg_.
             * @example msg_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "message";
            /** @enum {string} */
            channel: "sms" | "mail";
            template: string;
            recipient: string;
            subject: string | null;
            body: string;
            occurred_at: components["schemas"]["Timestamp"];
        };
        TrialBalance: {
            /** @constant */
            object: "trial_balance";
            accounts: {
                code: string;
                class: string;
                currency: components["schemas"]["CurrencyCode"];
                debit: number;
                credit: number;
            }[];
            /** @description By currency; the difference is zero, or the books are wrong. */
            totals: {
                currency: components["schemas"]["CurrencyCode"];
                debit: number;
                credit: number;
                difference: number;
            }[];
            invariants: {
                name: string;
                checked: number;
                broken: number;
            }[];
        };
        GatewayKeys: {
            keys: {
                /** @constant */
                kty: "OKP";
                /** @constant */
                crv: "Ed25519";
                x: string;
                /** @constant */
                alg: "EdDSA";
                kid: string;
                /** @constant */
                use: "sig";
            }[];
        };
        Health: {
            /** @constant */
            status: "up";
        };
        Readiness: {
            /** @constant */
            status: "ready";
        };
        /**
         * @description A refusal, as RFC 9457 describes it.
         * @example {
         *       "type": "https://api.example/docs/problems/amount_invalid",
         *       "title": "The amount is not valid",
         *       "status": 422,
         *       "code": "amount_invalid",
         *       "detail": "/amount: Send a positive integer of minor units: 1000 for 10.00 CNY, 1000 for 1000 JPY.",
         *       "errors": [
         *         {
         *           "pointer": "/amount",
         *           "code": "amount_invalid"
         *         }
         *       ],
         *       "request_id": "req_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
         *     }
         */
        Problem: {
            /**
             * Format: uri
             * @description Leads to the docs of the code.
             */
            type: string;
            /** @description What the code means. */
            title: string;
            status: number;
            /** @description Stable: what a program should look at. */
            code: string;
            /** @description What happened this time. */
            detail?: string;
            /** @description What to do about it. */
            hint?: string;
            errors?: {
                /** @description The field, by RFC 6901, in the body or the query. */
                pointer: string;
                code: string;
                detail?: string;
            }[];
            /** @description Names the request when you ask us about it. */
            request_id: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `digest_mismatch`: The digest does not match the body.
         *     - `digest_missing`: The digest of the body is missing.
         *     - `duplicate_header`: A header was sent more than once.
         *     - `idempotency_key_invalid`: The Idempotency-Key cannot be read.
         *     - `idempotency_key_missing`: The Idempotency-Key is missing.
         *     - `malformed_header`: A header cannot be read.
         *     - `malformed_json`: The body is not JSON.
         *     - `target_not_normalized`: The request target is not in its normal form.
         */
        Write400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "idempotency_key_invalid" | "idempotency_key_missing" | "malformed_header" | "malformed_json" | "target_not_normalized";
                };
            };
        };
        /**
         * @description - `algorithm_mismatch`: The algorithm is not that of the key.
         *     - `key_unknown`: The key is not known.
         *     - `nonce_reused`: The nonce was used before.
         *     - `signature_components`: The signature does not cover what it must.
         *     - `signature_expired`: The signature has expired.
         *     - `signature_future`: The signature was created in the future.
         *     - `signature_invalid`: The signature does not hold.
         *     - `signature_malformed`: The signature cannot be read.
         *     - `signature_missing`: The request is not signed.
         */
        Write401: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "algorithm_mismatch" | "key_unknown" | "nonce_reused" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "signature_malformed" | "signature_missing";
                };
            };
        };
        /** @description - `scope_missing`: The key does not have the scope. */
        Write403: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "scope_missing";
                };
            };
        };
        /** @description - `not_found`: There is no such thing. */
        Write404: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_found";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        Write413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        Write415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        Write500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        Write503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
        /**
         * @description - `algorithm_mismatch`: The algorithm is not that of the key.
         *     - `key_unknown`: The key is not known.
         *     - `nonce_reused`: The nonce was used before.
         *     - `signature_components`: The signature does not cover what it must.
         *     - `signature_expired`: The signature has expired.
         *     - `signature_future`: The signature was created in the future.
         *     - `signature_invalid`: The signature does not hold.
         *     - `signature_malformed`: The signature cannot be read.
         *     - `signature_missing`: The request is not signed.
         */
        Read401: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "algorithm_mismatch" | "key_unknown" | "nonce_reused" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "signature_malformed" | "signature_missing";
                };
            };
        };
        /** @description - `scope_missing`: The key does not have the scope. */
        Read403: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "scope_missing";
                };
            };
        };
        /** @description - `not_found`: There is no such thing. */
        Read404: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_found";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        Read413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        Read415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `validation_failed`: The request does not have the right form. */
        Read422: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "validation_failed";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        Read500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        Read503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `digest_mismatch`: The digest does not match the body.
         *     - `digest_missing`: The digest of the body is missing.
         *     - `duplicate_header`: A header was sent more than once.
         *     - `malformed_header`: A header cannot be read.
         *     - `target_not_normalized`: The request target is not in its normal form.
         */
        Read400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                };
            };
        };
        /**
         * @description - `idempotency_key_reused`: The Idempotency-Key was used for another request.
         *     - `validation_failed`: The request does not have the right form.
         */
        Write422: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_key_reused" | "validation_failed";
                };
            };
        };
        /**
         * @description - `clock_moving`: The clock of the sandbox is moving.
         *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
         */
        Write409: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "clock_moving" | "idempotency_in_progress";
                };
            };
        };
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `malformed_header`: A header cannot be read.
         */
        ShopPage400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "malformed_header";
                };
            };
        };
        /** @description - `key_unknown`: The key is not known. */
        ShopPage401: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "key_unknown";
                };
            };
        };
        /** @description - `origin_forbidden`: The origin is not allowed. */
        ShopPage403: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "origin_forbidden";
                };
            };
        };
        /** @description - `not_found`: There is no such thing. */
        ShopPage404: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_found";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        ShopPage413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        ShopPage415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `validation_failed`: The request does not have the right form. */
        ShopPage422: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "validation_failed";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        ShopPage500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        ShopPage503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `malformed_header`: A header cannot be read.
         */
        SessionPage400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "malformed_header";
                };
            };
        };
        /** @description - `token_invalid`: The token does not hold. */
        SessionPage401: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "token_invalid";
                };
            };
        };
        /** @description - `origin_forbidden`: The origin is not allowed. */
        SessionPage403: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "origin_forbidden";
                };
            };
        };
        /** @description - `not_found`: There is no such thing. */
        SessionPage404: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "not_found";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        SessionPage413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        SessionPage415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `validation_failed`: The request does not have the right form. */
        SessionPage422: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "validation_failed";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        SessionPage500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        SessionPage503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `digest_mismatch`: The digest does not match the body.
         *     - `digest_missing`: The digest of the body is missing.
         *     - `duplicate_header`: A header was sent more than once.
         *     - `idempotency_key_invalid`: The Idempotency-Key cannot be read.
         *     - `idempotency_key_missing`: The Idempotency-Key is missing.
         *     - `malformed_header`: A header cannot be read.
         *     - `malformed_json`: The body is not JSON.
         *     - `target_not_normalized`: The request target is not in its normal form.
         */
        Register400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "idempotency_key_invalid" | "idempotency_key_missing" | "malformed_header" | "malformed_json" | "target_not_normalized";
                };
            };
        };
        /**
         * @description - `algorithm_mismatch`: The algorithm is not that of the key.
         *     - `key_unknown`: The key is not known.
         *     - `signature_components`: The signature does not cover what it must.
         *     - `signature_expired`: The signature has expired.
         *     - `signature_future`: The signature was created in the future.
         *     - `signature_invalid`: The signature does not hold.
         *     - `signature_malformed`: The signature cannot be read.
         *     - `signature_missing`: The request is not signed.
         */
        Register401: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "algorithm_mismatch" | "key_unknown" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "signature_malformed" | "signature_missing";
                };
            };
        };
        /** @description - `idempotency_in_progress`: A request with this Idempotency-Key is in progress. */
        Register409: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "idempotency_in_progress";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        Register413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        Register415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        Register500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        Register503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
        /**
         * @description - `body_forbidden`: This request must not have a body.
         *     - `malformed_header`: A header cannot be read.
         */
        Public400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "malformed_header";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        Public413: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description - `content_type_unsupported`: The content type or encoding is not supported. */
        Public415: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "content_type_unsupported";
                };
            };
        };
        /** @description - `validation_failed`: The request does not have the right form. */
        Public422: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "validation_failed";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        Public500: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                };
            };
        };
        /** @description - `unavailable`: The service is not available. */
        Public503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                };
            };
        };
    };
    parameters: {
        /**
         * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
         * @example "authorize-1001"
         */
        "Idempotency-Key": string;
    };
    requestBodies: never;
    headers: {
        /** @description Names the request when you ask us about it. */
        "Request-Id": string;
        /** @description Present when this is the kept answer to an earlier request with the same Idempotency-Key. */
        "Idempotency-Replayed": "true";
        /** @description Names this answer: sent back in If-None-Match, it saves reading it again. */
        ETag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listCheckoutSessions: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "checkout_session",
                     *           "status": "open",
                     *           "merchant_reference": "order-1001",
                     *           "amount": 10000,
                     *           "currency": "CNY",
                     *           "lines": [
                     *             {
                     *               "name": "Tea set",
                     *               "quantity": 1,
                     *               "unit_amount": 10000,
                     *               "amount": 10000
                     *             }
                     *           ],
                     *           "lines_hash": "Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE",
                     *           "return_url": "https://shop.example/return",
                     *           "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *           "shopper_id": null,
                     *           "plan_code": null,
                     *           "decline_code": null,
                     *           "order_id": null,
                     *           "allowed_actions": [
                     *             "cancel"
                     *           ],
                     *           "version": 1,
                     *           "created_at": "2026-03-01T08:30:00.000Z",
                     *           "expires_at": "2026-03-01T09:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["CheckoutSession"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createCheckoutSession: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "merchant_reference": "order-1001",
                 *       "amount": 10000,
                 *       "currency": "CNY",
                 *       "lines": [
                 *         {
                 *           "name": "Tea set",
                 *           "quantity": 1,
                 *           "unit_amount": 10000,
                 *           "amount": 10000
                 *         }
                 *       ],
                 *       "return_url": "https://shop.example/return"
                 *     }
                 */
                "application/json": {
                    merchant_reference: components["schemas"]["MerchantReference"];
                    amount: components["schemas"]["Amount"];
                    currency: components["schemas"]["CurrencyCode"];
                    lines: components["schemas"]["SessionLine"][];
                    /** Format: uri */
                    return_url: string;
                };
            };
        };
        responses: {
            /** @description The session is open. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "checkout_session",
                     *       "status": "open",
                     *       "merchant_reference": "order-1001",
                     *       "amount": 10000,
                     *       "currency": "CNY",
                     *       "lines": [
                     *         {
                     *           "name": "Tea set",
                     *           "quantity": 1,
                     *           "unit_amount": 10000,
                     *           "amount": 10000
                     *         }
                     *       ],
                     *       "lines_hash": "Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE",
                     *       "return_url": "https://shop.example/return",
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "decline_code": null,
                     *       "order_id": null,
                     *       "allowed_actions": [
                     *         "cancel"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckoutSession"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `merchant_reference_in_use`: The merchant reference is in use.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "merchant_reference_in_use";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `currency_unsupported`: The currency is not supported.
             *     - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `url_forbidden`: The URL is not allowed.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "currency_unsupported" | "idempotency_key_reused" | "url_forbidden" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getCheckoutSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with cs_. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session; with `checkout_token` while it is confirmed. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "checkout_session",
                     *       "status": "open",
                     *       "merchant_reference": "order-1001",
                     *       "amount": 10000,
                     *       "currency": "CNY",
                     *       "lines": [
                     *         {
                     *           "name": "Tea set",
                     *           "quantity": 1,
                     *           "unit_amount": 10000,
                     *           "amount": 10000
                     *         }
                     *       ],
                     *       "lines_hash": "Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE",
                     *       "return_url": "https://shop.example/return",
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "decline_code": null,
                     *       "order_id": null,
                     *       "allowed_actions": [
                     *         "cancel"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckoutSession"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    cancelCheckoutSession: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with cs_. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is canceled. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "checkout_session",
                     *       "status": "canceled",
                     *       "merchant_reference": "order-1001",
                     *       "amount": 10000,
                     *       "currency": "CNY",
                     *       "lines": [
                     *         {
                     *           "name": "Tea set",
                     *           "quantity": 1,
                     *           "unit_amount": 10000,
                     *           "amount": 10000
                     *         }
                     *       ],
                     *       "lines_hash": "Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE",
                     *       "return_url": "https://shop.example/return",
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "decline_code": null,
                     *       "order_id": null,
                     *       "allowed_actions": [],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckoutSession"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    createClientToken: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with cs_. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client_token": "eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ClientToken"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listOrders: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                merchant_reference?: components["schemas"]["MerchantReference"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "order",
                     *           "status": "authorized",
                     *           "merchant_reference": "order-1001",
                     *           "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "currency": "CNY",
                     *           "authorized_amount": 10000,
                     *           "captured_amount": 0,
                     *           "voided_amount": 0,
                     *           "refunded_amount": 0,
                     *           "capturable_amount": 10000,
                     *           "refundable_amount": 0,
                     *           "allowed_actions": [
                     *             "capture",
                     *             "void"
                     *           ],
                     *           "version": 1,
                     *           "created_at": "2026-03-01T08:30:00.000Z",
                     *           "expires_at": "2026-03-08T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Order"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    authorizeOrder: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "checkout_token": "ctk_cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                 *       "merchant_reference": "order-1001",
                 *       "amount": 10000,
                 *       "currency": "CNY"
                 *     }
                 */
                "application/json": {
                    checkout_token: string;
                    merchant_reference: components["schemas"]["MerchantReference"];
                    amount: components["schemas"]["Amount"];
                    currency: components["schemas"]["CurrencyCode"];
                };
            };
        };
        responses: {
            /** @description The order is authorized. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "order",
                     *       "status": "authorized",
                     *       "merchant_reference": "order-1001",
                     *       "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "currency": "CNY",
                     *       "authorized_amount": 10000,
                     *       "captured_amount": 0,
                     *       "voided_amount": 0,
                     *       "refunded_amount": 0,
                     *       "capturable_amount": 10000,
                     *       "refundable_amount": 0,
                     *       "allowed_actions": [
                     *         "capture",
                     *         "void"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-08T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `amount_mismatch`: The amount differs from what was confirmed.
             *     - `checkout_token_used`: The checkout token was used before.
             *     - `clock_moving`: The clock of the sandbox is moving.
             *     - `currency_mismatch`: The currency differs from what was confirmed.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `merchant_reference_in_use`: The merchant reference is in use.
             *     - `merchant_reference_reversed`: The merchant reference was reversed.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_mismatch" | "checkout_token_used" | "clock_moving" | "currency_mismatch" | "idempotency_in_progress" | "merchant_reference_in_use" | "merchant_reference_reversed" | "state_conflict";
                    };
                };
            };
            /** @description - `checkout_token_expired`: The checkout token has expired. */
            410: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "checkout_token_expired";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `currency_unsupported`: The currency is not supported.
             *     - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "currency_unsupported" | "idempotency_key_reused" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    reverseOrder: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "merchant_reference": "order-1001"
                 *     }
                 */
                "application/json": {
                    merchant_reference: components["schemas"]["MerchantReference"];
                };
            };
        };
        responses: {
            /** @description The reference is reversed. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "reversal",
                     *       "merchant_reference": "order-1001",
                     *       "order": null
                     *     }
                     */
                    "application/json": components["schemas"]["Reversal"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "order",
                     *       "status": "authorized",
                     *       "merchant_reference": "order-1001",
                     *       "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "currency": "CNY",
                     *       "authorized_amount": 10000,
                     *       "captured_amount": 0,
                     *       "voided_amount": 0,
                     *       "refunded_amount": 0,
                     *       "capturable_amount": 10000,
                     *       "refundable_amount": 0,
                     *       "allowed_actions": [
                     *         "capture",
                     *         "void"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-08T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listCaptures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, the oldest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "capture",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "reference": "shipment-1",
                     *           "amount": 6000,
                     *           "merchant_fee": 280,
                     *           "created_at": "2026-03-02T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Capture"][];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createCapture: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "shipment-1",
                 *       "amount": 6000
                 *     }
                 */
                "application/json": {
                    reference: components["schemas"]["MerchantReference"];
                    amount: components["schemas"]["Amount"];
                };
            };
        };
        responses: {
            /** @description The amount is captured. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "capture",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "reference": "shipment-1",
                     *       "amount": 6000,
                     *       "merchant_fee": 280,
                     *       "created_at": "2026-03-02T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Capture"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `capture_exceeds_authorized`: The capture exceeds what is authorized.
             *     - `capture_reference_in_use`: The capture reference is in use.
             *     - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "capture_exceeds_authorized" | "capture_reference_in_use" | "clock_moving" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            /** @description - `authorization_expired`: The authorization has expired. */
            410: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "authorization_expired";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "idempotency_key_reused" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    voidOrder: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The remainder is voided. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "order",
                     *       "status": "voided",
                     *       "merchant_reference": "order-1001",
                     *       "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "currency": "CNY",
                     *       "authorized_amount": 10000,
                     *       "captured_amount": 0,
                     *       "voided_amount": 10000,
                     *       "refunded_amount": 0,
                     *       "capturable_amount": 0,
                     *       "refundable_amount": 0,
                     *       "allowed_actions": [],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-08T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listRefunds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, the oldest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "refund",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "reference": "return-1",
                     *           "amount": 4000,
                     *           "debt_amount": 4000,
                     *           "money_back_amount": 0,
                     *           "fee_returned": 120,
                     *           "status": "succeeded",
                     *           "version": 1,
                     *           "created_at": "2026-03-10T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Refund"][];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createRefund: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with ord_. */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "return-1",
                 *       "amount": 4000
                 *     }
                 */
                "application/json": {
                    reference: components["schemas"]["MerchantReference"];
                    amount: components["schemas"]["Amount"];
                };
            };
        };
        responses: {
            /** @description The refund is accepted. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "refund",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "reference": "return-1",
                     *       "amount": 4000,
                     *       "debt_amount": 4000,
                     *       "money_back_amount": 0,
                     *       "fee_returned": 120,
                     *       "status": "succeeded",
                     *       "version": 1,
                     *       "created_at": "2026-03-10T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `refund_exceeds_refundable`: The refund exceeds what can be refunded.
             *     - `refund_reference_in_use`: The refund reference is in use.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "refund_exceeds_refundable" | "refund_reference_in_use" | "state_conflict";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "idempotency_key_reused" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with pln_. */
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "plan",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "code": "pay_after",
                     *       "status": "active",
                     *       "currency": "CNY",
                     *       "started_on": "2026-03-02",
                     *       "agreed": {
                     *         "version": 1,
                     *         "code": "pay_after",
                     *         "currency": "CNY",
                     *         "amount": 10000,
                     *         "down_payment": 0,
                     *         "financed": 10000,
                     *         "finance_charge": 0,
                     *         "installments": [
                     *           {
                     *             "number": 1,
                     *             "offset": {
                     *               "days": 30
                     *             },
                     *             "amount": 10000,
                     *             "due_date": "2026-03-31"
                     *           }
                     *         ],
                     *         "cadence": {
                     *           "days": 30
                     *         },
                     *         "refund_policy": "from_last",
                     *         "merchant": {
                     *           "id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "name": "Tea House"
                     *         },
                     *         "funder": {
                     *           "id": "fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "name": "Lantern Bank"
                     *         },
                     *         "terms_version": "2026-11",
                     *         "agreed_on": "2026-03-01"
                     *       },
                     *       "snapshot_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "installments": [
                     *         {
                     *           "id": "ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "number": 1,
                     *           "due_date": "2026-04-01",
                     *           "amount": 10000,
                     *           "paid_amount": 0,
                     *           "status": "scheduled",
                     *           "days_past_due": 0
                     *         }
                     *       ],
                     *       "version": 2
                     *     }
                     */
                    "application/json": components["schemas"]["Plan"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listSettlements: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "settlement",
                     *           "status": "closed",
                     *           "currency": "CNY",
                     *           "business_date": "2026-03-02",
                     *           "net": 9600,
                     *           "lines_count": 2,
                     *           "closed_at": "2026-03-02T16:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Settlement"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with stl_. */
                settlement_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settlement. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "settlement",
                     *       "status": "closed",
                     *       "currency": "CNY",
                     *       "business_date": "2026-03-02",
                     *       "net": 9600,
                     *       "lines_count": 2,
                     *       "closed_at": "2026-03-02T16:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listSettlementLines: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description An id that begins with stl_. */
                settlement_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In their order; they sum to the net. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "number": 1,
                     *           "kind": "capture",
                     *           "amount": 10000,
                     *           "currency": "CNY",
                     *           "business_date": "2026-03-02",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "source_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SettlementLine"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listPayouts: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "payout",
                     *           "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "amount": 9600,
                     *           "currency": "CNY",
                     *           "status": "paid",
                     *           "failure_code": null,
                     *           "version": 2,
                     *           "created_at": "2026-03-02T16:00:00.000Z",
                     *           "paid_at": "2026-03-02T16:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Payout"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getPayout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with po_. */
                payout_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payout. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "payout",
                     *       "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "amount": 9600,
                     *       "currency": "CNY",
                     *       "status": "paid",
                     *       "failure_code": null,
                     *       "version": 2,
                     *       "created_at": "2026-03-02T16:00:00.000Z",
                     *       "paid_at": "2026-03-02T16:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listPayoutLines: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description An id that begins with po_. */
                payout_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In their order; they sum to the net. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "number": 1,
                     *           "kind": "capture",
                     *           "amount": 10000,
                     *           "currency": "CNY",
                     *           "business_date": "2026-03-02",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "source_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SettlementLine"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events that follow number `after`. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "event",
                     *           "type": "order.authorized",
                     *           "sequence": 7,
                     *           "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object_version": 1,
                     *           "data": {
                     *             "status": "authorized",
                     *             "merchant_reference": "order-1001"
                     *           },
                     *           "occurred_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Event"][];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with evt_. */
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "event",
                     *       "type": "order.authorized",
                     *       "sequence": 7,
                     *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object_version": 1,
                     *       "data": {
                     *         "status": "authorized",
                     *         "merchant_reference": "order-1001"
                     *       },
                     *       "occurred_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Event"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them; there are at most ten. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "webhook_endpoint",
                     *           "url": "https://shop.example/webhooks",
                     *           "event_types": [
                     *             "*"
                     *           ],
                     *           "status": "enabled",
                     *           "created_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"][];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://shop.example/webhooks",
                 *       "event_types": [
                 *         "*"
                 *       ]
                 *     }
                 */
                "application/json": {
                    url: string;
                    event_types: string[];
                };
            };
        };
        responses: {
            /** @description The endpoint gets events from now on. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "webhook_endpoint",
                     *       "url": "https://shop.example/webhooks",
                     *       "event_types": [
                     *         "*"
                     *       ],
                     *       "status": "enabled",
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `url_forbidden`: The URL is not allowed.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused" | "url_forbidden" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It gets nothing more. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "webhook_endpoint",
                     *       "deleted": true
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description An id that begins with whe_.
                         * @example whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                         */
                        id: string;
                        /** @constant */
                        object: "webhook_endpoint";
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation, with those that are still to be sent. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dlv_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "delivery",
                     *           "event_id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "attempt": 1,
                     *           "status": "succeeded",
                     *           "response_status": 204,
                     *           "failure": null,
                     *           "scheduled_at": "2026-03-01T08:30:00.000Z",
                     *           "finished_at": "2026-03-01T08:30:01.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getBrowserConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shop, and what can be paid later in it. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "merchant": {
                     *         "name": "Tea House",
                     *         "currency": "CNY"
                     *       },
                     *       "plan_codes": [
                     *         "pay_after",
                     *         "pay_in_3",
                     *         "pay_in_4"
                     *       ],
                     *       "min_amount": 1,
                     *       "max_amount": 2000000,
                     *       "locales": [
                     *         "en",
                     *         "zh-CN"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BrowserConfig"];
                };
            };
            /** @description As If-None-Match knows it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ShopPage400"];
            401: components["responses"]["ShopPage401"];
            403: components["responses"]["ShopPage403"];
            404: components["responses"]["ShopPage404"];
            413: components["responses"]["ShopPage413"];
            415: components["responses"]["ShopPage415"];
            422: components["responses"]["ShopPage422"];
            500: components["responses"]["ShopPage500"];
            503: components["responses"]["ShopPage503"];
        };
    };
    getEligibility: {
        parameters: {
            query: {
                amount: number;
                /** @description An ISO 4217 code. */
                currency: components["schemas"]["CurrencyCode"];
                /** @description A language tag, for texts; where there are none in that language, they are English. */
                locale?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether it can, and if not, why. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "eligible": true,
                     *       "reason": null
                     *     }
                     */
                    "application/json": components["schemas"]["Eligibility"];
                };
            };
            /** @description As If-None-Match knows it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ShopPage400"];
            401: components["responses"]["ShopPage401"];
            403: components["responses"]["ShopPage403"];
            404: components["responses"]["ShopPage404"];
            413: components["responses"]["ShopPage413"];
            415: components["responses"]["ShopPage415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `currency_unsupported`: The currency is not supported.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "currency_unsupported" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["ShopPage500"];
            503: components["responses"]["ShopPage503"];
        };
    };
    getMessage: {
        parameters: {
            query: {
                amount: number;
                /** @description An ISO 4217 code. */
                currency: components["schemas"]["CurrencyCode"];
                /** @description A language tag, for texts; where there are none in that language, they are English. */
                locale?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text, and what it was made from. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "text": "4 payments of ¥25.00, interest-free",
                     *       "plan_code": "pay_in_4",
                     *       "parts": [
                     *         2500,
                     *         2500,
                     *         2500,
                     *         2500
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OfferMessage"];
                };
            };
            /** @description As If-None-Match knows it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ShopPage400"];
            401: components["responses"]["ShopPage401"];
            403: components["responses"]["ShopPage403"];
            404: components["responses"]["ShopPage404"];
            413: components["responses"]["ShopPage413"];
            415: components["responses"]["ShopPage415"];
            /**
             * @description - `amount_invalid`: The amount is not valid.
             *     - `currency_unsupported`: The currency is not supported.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "amount_invalid" | "currency_unsupported" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["ShopPage500"];
            503: components["responses"]["ShopPage503"];
        };
    };
    getCheckoutSessionStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with cs_. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the session stands, and nothing else of it. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "open",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckoutSessionStatus"];
                };
            };
            400: components["responses"]["SessionPage400"];
            401: components["responses"]["SessionPage401"];
            403: components["responses"]["SessionPage403"];
            404: components["responses"]["SessionPage404"];
            413: components["responses"]["SessionPage413"];
            415: components["responses"]["SessionPage415"];
            422: components["responses"]["SessionPage422"];
            500: components["responses"]["SessionPage500"];
            503: components["responses"]["SessionPage503"];
        };
    };
    createSandbox: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Tea House",
                 *       "jwk": {
                 *         "kty": "OKP",
                 *         "crv": "Ed25519",
                 *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                 *       },
                 *       "allowed_origins": [
                 *         "http://localhost:4100"
                 *       ]
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @description The public key that signs this request. */
                    jwk: {
                        [key: string]: unknown;
                    };
                    allowed_origins: string[];
                    /** @default Asia/Shanghai */
                    time_zone?: string;
                    /**
                     * Format: date-time
                     * @description Where the clock stands at first; by default now.
                     */
                    clock?: string;
                    /** @default CNY */
                    currency?: components["schemas"]["CurrencyCode"];
                    /**
                     * @default retail
                     * @enum {string}
                     */
                    category?: "retail" | "dining" | "travel" | "education" | "medical" | "in_store";
                    /** @default CN */
                    country?: string;
                    /** @default 300 */
                    fee_basis_points?: number;
                    /** @default 100 */
                    fee_fixed?: number;
                    /**
                     * @default capture
                     * @enum {string}
                     */
                    first_part?: "capture" | "checkout";
                };
            };
        };
        responses: {
            /** @description The sandbox is open. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "sandbox",
                     *       "clock": {
                     *         "now": "2026-03-01T08:30:00.000Z",
                     *         "moving": false
                     *       },
                     *       "time_zone": "Asia/Shanghai",
                     *       "merchant": {
                     *         "id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "name": "Tea House",
                     *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-1",
                     *         "publishable_key": "pub_6f1e4c0a9d3b4e7f8a2c5d6e7f809112"
                     *       },
                     *       "inbox_url": "https://pay.example/sandbox/inbox/sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/stamp",
                     *       "expires_at": "2026-03-31T08:30:00.000Z",
                     *       "shoppers": [
                     *         {
                     *           "name": "Test good 1",
                     *           "phone": "+8619900000001",
                     *           "national_id": "990000199001010012"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NewSandbox"];
                };
            };
            400: components["responses"]["Register400"];
            401: components["responses"]["Register401"];
            409: components["responses"]["Register409"];
            413: components["responses"]["Register413"];
            415: components["responses"]["Register415"];
            /**
             * @description - `currency_unsupported`: The currency is not supported.
             *     - `idempotency_key_reused`: The Idempotency-Key was used for another request.
             *     - `key_unacceptable`: The key is not acceptable.
             *     - `validation_failed`: The request does not have the right form.
             */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "currency_unsupported" | "idempotency_key_reused" | "key_unacceptable" | "validation_failed";
                    };
                };
            };
            /** @description - `rate_limited`: There were too many requests. */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            500: components["responses"]["Register500"];
            503: components["responses"]["Register503"];
        };
    };
    getSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sandbox and its clock. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "sandbox",
                     *       "clock": {
                     *         "now": "2026-03-01T08:30:00.000Z",
                     *         "moving": false
                     *       },
                     *       "time_zone": "Asia/Shanghai",
                     *       "merchant": {
                     *         "id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "name": "Tea House",
                     *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-1",
                     *         "publishable_key": "pub_6f1e4c0a9d3b4e7f8a2c5d6e7f809112"
                     *       },
                     *       "inbox_url": "https://pay.example/sandbox/inbox/sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/stamp",
                     *       "expires_at": "2026-03-31T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sandbox"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    deleteSandbox: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sandbox has ended. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "sandbox",
                     *       "deleted": true
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description An id that begins with sbx_.
                         * @example sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                         */
                        id: string;
                        /** @constant */
                        object: "sandbox";
                        /** @constant */
                        deleted: true;
                    };
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    advanceClock: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "2026-03-15T08:30:00Z"
                 *     }
                 */
                "application/json": {
                    /** Format: date-time */
                    to: string;
                };
            };
        };
        responses: {
            /** @description The clock has arrived. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "sandbox",
                     *       "clock": {
                     *         "now": "2026-03-01T08:30:00.000Z",
                     *         "moving": false
                     *       },
                     *       "time_zone": "Asia/Shanghai",
                     *       "merchant": {
                     *         "id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "name": "Tea House",
                     *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-1",
                     *         "publishable_key": "pub_6f1e4c0a9d3b4e7f8a2c5d6e7f809112"
                     *       },
                     *       "inbox_url": "https://pay.example/sandbox/inbox/sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/stamp",
                     *       "expires_at": "2026-03-31T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sandbox"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    confirmSandboxSession: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with cs_. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plan_code": "pay_in_4"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    plan_code: "pay_after" | "pay_in_3" | "pay_in_4";
                    /** @default good-1 */
                    test_person?: string;
                    /**
                     * @default ok
                     * @enum {string}
                     */
                    test_method?: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                };
            };
        };
        responses: {
            /** @description The session is confirmed and carries its token. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "checkout_session",
                     *       "status": "confirmed",
                     *       "merchant_reference": "order-1001",
                     *       "amount": 10000,
                     *       "currency": "CNY",
                     *       "lines": [
                     *         {
                     *           "name": "Tea set",
                     *           "quantity": 1,
                     *           "unit_amount": 10000,
                     *           "amount": 10000
                     *         }
                     *       ],
                     *       "lines_hash": "Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE",
                     *       "return_url": "https://shop.example/return",
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": "pay_in_4",
                     *       "decline_code": null,
                     *       "order_id": null,
                     *       "allowed_actions": [
                     *         "authorize",
                     *         "cancel"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckoutSession"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            /**
             * @description - `authorization_declined`: The authorization was declined.
             *     - `payment_declined`: The payment was declined.
             */
            402: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "authorization_declined" | "payment_declined";
                    };
                };
            };
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            /** @description - `checkout_session_expired`: The checkout session has expired. */
            410: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "checkout_session_expired";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listInbox: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "msg_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "message",
                     *           "channel": "sms",
                     *           "template": "sign_in_code",
                     *           "recipient": "+8619900000001",
                     *           "subject": null,
                     *           "body": "123456 is your code.",
                     *           "occurred_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Message"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /**
             * @description - `body_forbidden`: This request must not have a body.
             *     - `cursor_invalid`: The cursor is not one of ours.
             *     - `digest_mismatch`: The digest does not match the body.
             *     - `digest_missing`: The digest of the body is missing.
             *     - `duplicate_header`: A header was sent more than once.
             *     - `malformed_header`: A header cannot be read.
             *     - `target_not_normalized`: The request target is not in its normal form.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getTrialBalance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The books as they are now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "trial_balance",
                     *       "accounts": [
                     *         {
                     *           "code": "principal",
                     *           "class": "asset",
                     *           "currency": "CNY",
                     *           "debit": 10000,
                     *           "credit": 0
                     *         },
                     *         {
                     *           "code": "merchant",
                     *           "class": "liability",
                     *           "currency": "CNY",
                     *           "debit": 0,
                     *           "credit": 10000
                     *         }
                     *       ],
                     *       "totals": [
                     *         {
                     *           "currency": "CNY",
                     *           "debit": 10000,
                     *           "credit": 10000,
                     *           "difference": 0
                     *         }
                     *       ],
                     *       "invariants": [
                     *         {
                     *           "name": "principal_is_participation",
                     *           "checked": 1,
                     *           "broken": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrialBalance"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getGatewayKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "alg": "EdDSA",
                     *           "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayKeys"];
                };
            };
            /** @description As If-None-Match knows it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Public400"];
            413: components["responses"]["Public413"];
            415: components["responses"]["Public415"];
            422: components["responses"]["Public422"];
            500: components["responses"]["Public500"];
            503: components["responses"]["Public503"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "up"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["Public400"];
            413: components["responses"]["Public413"];
            415: components["responses"]["Public415"];
            422: components["responses"]["Public422"];
            500: components["responses"]["Public500"];
            503: components["responses"]["Public503"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["Public400"];
            413: components["responses"]["Public413"];
            415: components["responses"]["Public415"];
            422: components["responses"]["Public422"];
            500: components["responses"]["Public500"];
            503: components["responses"]["Public503"];
        };
    };
}
