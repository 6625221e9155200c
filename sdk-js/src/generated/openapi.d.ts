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
         * @description The goods are shipped, whole or in part: the debt starts and the amount is settled to the merchant. With `final` what is left is voided at once, as when a stay or a rental costs less than was authorized.
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
    "/v1/orders/{order_id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend an authorization
         * @description The authorization expires seven days later, up to 30 days after it was made, for goods that ship late. The credit behind it is looked at again: `extension_refused` says with `reason` what speaks against it. The notices of its expiry begin anew.
         */
        post: operations["extendOrder"];
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
         * @description Takes the amount off the debt, from the last installment or pro rata as the plan says; what is more than owed returns to the card, with the interest that the goods have borne. A declared return of as much is accepted by it.
         */
        post: operations["createRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/refund-preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a refund would do
         * @description The schedule before and after, and what would go to whom, if this amount were refunded now. Nothing changes by it; a refund that follows at once does exactly this. Like every answer to a post this one is kept for its Idempotency-Key: ask anew with a new key.
         */
        post: operations["previewRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Declare a return
         * @description Goods are on their way back: the shopper's dues stand still, without reminders and fees, until you accept or reject the return, 14 days at most. Shoppers declare returns in their account, too; the event `return.declared` tells of them. One return of an order is open at a time, and an order has at most five.
         */
        post: operations["declareReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List returns */
        get: operations["listReturns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/returns/{return_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a return */
        get: operations["getReturn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/returns/{return_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a return
         * @description Refunds the order in the same step, whole or in part; `reference` is the refund’s. The dues go on with what is left, all later by the days that they stood still. A refund of all that was declared accepts the return as well.
         */
        post: operations["acceptReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/returns/{return_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a return
         * @description Nothing is refunded and the dues go on; the shopper is told the reason.
         */
        post: operations["rejectReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List disputes */
        get: operations["listDisputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{dispute_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a dispute */
        get: operations["getDispute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{dispute_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a dispute
         * @description Says why the dispute is not right; an operator decides then, by what both sides wrote and gave. Add your files before or after it, as long as nobody has decided.
         */
        post: operations["answerDispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{dispute_id}/evidence-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a file to a dispute
         * @description The body is the file itself, signed by its Content-Digest like every body: at most 5242880 bytes, and 10 files of each side. Its bytes have to be of the type that Content-Type says. The same file twice is one.
         */
        post: operations["addDisputeEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{dispute_id}/evidence-files/{evidence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a file of a dispute
         * @description Yours, or one that the shopper gave. Treat what a stranger gave as what it is: do not open it in a browser.
         */
        get: operations["getDisputeEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{dispute_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a dispute
         * @description Gives in: all that is disputed is refunded out of what was set apart, and the fee comes back as with a refund.
         */
        post: operations["acceptDispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agreements */
        get: operations["listAgreements"];
        put?: never;
        /**
         * Open an agreement
         * @description A shopper may let you authorize orders without confirming each one (先用后付), within ceilings, until either side ends it. Send the shopper to `url`; the event `agreement.active` tells that they agreed. Orders have the plan `pay_after`.
         */
        post: operations["createAgreement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an agreement */
        get: operations["getAgreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Authorize an order by an agreement
         * @description Decided at once by ceilings, score, limit and funder, without asking the shopper, who is told of it. Authorize the most that it may cost and capture the final amount with `final`. A decline is a 402 with a `merchant_code`, and is kept with its key.
         */
        post: operations["authorizeAgreementOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an agreement
         * @description No order can be authorized by it any more; what is authorized stays as it is. Ending it again changes nothing. The shopper can end it at any time, too.
         */
        post: operations["endAgreement"];
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
    "/v1/plans/{plan_id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a plan's signed receipts
         * @description The agreement and every amendment of it, oldest first, signed and each naming the hash of the one before. They show what was agreed, the schedule after each change, and what your own captures and refunds changed. What is the shopper's alone (the texts they read, fees, pauses, hardship) is signed as salted hashes and not opened here.
         */
        get: operations["listPlanReceipts"];
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
    "/v1/settlements/{settlement_id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get links to the papers of a settlement
         * @description A statement to print, in English and 简体中文, and all lines as a file for spreadsheets. Whoever has a link may open it until it expires.
         */
        get: operations["getSettlementDocuments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/early-payout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask what an early payout would cost and bring */
        get: operations["quoteEarlyPayout"];
        put?: never;
        /**
         * Be paid now
         * @description Closes what waits until now as a settlement of its own and pays it out at once, for the fee of your terms. What comes later on the same date is settled when the date is over. The key's scope is the one for refunds: both send money out.
         */
        post: operations["createEarlyPayout"];
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
    "/v1/payouts/{payout_id}/lines/{number}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a line of a payout
         * @description From the line to its order, the capture, refund or other event that caused it, and the transfers that sum to it.
         */
        get: operations["explainPayoutLine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{settlement_id}/lines/{number}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a line of a settlement
         * @description From the line to its order, the capture, refund or other event that caused it, and the transfers that sum to it.
         */
        get: operations["explainSettlementLine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlement-terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read by which terms your money is reckoned */
        get: operations["getSettlementTerms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/settlement-terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Agree on terms in the sandbox, in the platform's place
         * @description They hold from a date on, today by default; what was charged before stays as it was.
         */
        put: operations["putSandboxSettlementTerms"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/payout-account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the account that payouts go to in the sandbox
         * @description As if your bank account were changed: payouts are held for 72 hours by the clock of the sandbox. The test accounts: acct_test_merchant is paid at once, acct_test_slow after two business dates, acct_test_refused is refused by its bank on the way, acct_test_fails takes no transfers, acct_test_returned is paid and then sent back.
         */
        put: operations["putSandboxPayoutAccount"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/payout-news": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell the gateway of a payout, in the place of the processor
         * @description A paid payout that failed after all comes back and is sent again. News of a payout that is unknown, was never sent or is over books nothing and is parked for people to look at.
         */
        post: operations["createSandboxPayoutNews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove an order's transfers
         * @description What the order, its captures and its refunds moved in the sealed ledger. Anybody who has the public keys can check it offline: `npx morrow verify <file>` recomputes each leaf and its way up to the signed root. A row that was changed after it was sealed does not lead there.
         */
        get: operations["getOrderProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{settlement_id}/lines/{number}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove a settlement line's transfers
         * @description What the cause of a line moved on your account in the sealed ledger. Anybody who has the public keys can check it offline: `npx morrow verify <file>` recomputes each leaf and its way up to the signed root. A row that was changed after it was sealed does not lead there.
         */
        get: operations["getSettlementLineProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the seals of the ledger
         * @description Each is a signed Merkle root over a range of transfers of the environment, and names the one before. Whoever keeps them can tell later whether the past was rewritten.
         */
        get: operations["listSeals"];
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
         * @description Computed as the checkout computes its offers. `text` names the one with the smallest parts of those that cost the shopper nothing; an amount that nobody can pay later has an empty text and no plan. `example` is what a plan with interest comes to, in the words that the law of the merchant's market asks for: show it as a whole or not at all.
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
         * @description Walks forward one business date after the other: what falls due is collected, what is over expires, settlements close. Name exactly one of an instant, a number of days, and the next business event; at most ten years. Within 31 days the answer comes when the clock has arrived; a farther way goes on behind it, and `clock` shows how far it has come. Writes are refused with `clock_moving` meanwhile.
         */
        post: operations["advanceClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sandbox's faults */
        get: operations["listFaults"];
        put?: never;
        /**
         * Let something go wrong in the sandbox
         * @description Each fault happens as often as it says, the oldest first, and always in the same way.
         */
        post: operations["createFault"];
        /** Clear all of the sandbox's faults */
        delete: operations["clearFaults"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/faults/{fault_id}": {
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
         * Clear a fault
         * @description It happens no more; a funder that it had down lends again.
         */
        delete: operations["clearFault"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/lateness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how late a plan is
         * @description What is arranged about it is between the shopper and the lender; live shows it to no merchant.
         */
        get: operations["getLateness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/promise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Promise a date, as the shopper
         * @description At most 14 days ahead. Until then nobody reminds, collects or charges a late fee.
         */
        post: operations["promisePayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/reschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move a first missed installment, as the shopper
         * @description Once for a plan, at most 30 days ahead, free of charge.
         */
        post: operations["reschedulePayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/hardship": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Grant easier terms, as the lender
         * @description A pause of at most 90 days, or what is left spread over at most twice the installments that are left, at the agreed rate or a lower one, or both. There are no late fees from then on.
         */
        post: operations["grantHardship"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/late-fee-waiver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let go of a late fee, as the lender */
        post: operations["waiveLateFee"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/appeals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List appeals of the sandbox's shoppers
         * @description Against decisions about the merchant's own checkouts and agreements. Live shows them to no merchant.
         */
        get: operations["listAppeals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/appeals/{appeal_id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer an appeal, as the lender
         * @description Granted, one next decision of the shopper up to the amount does not ask for the score; every other rule holds. Only what the score, a contradicting history or a suspicion declined can be granted.
         */
        post: operations["decideAppeal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/orders/{order_id}/dispute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dispute an order, as its shopper
         * @description What a shopper does on their account page. Without an amount, all that can be refunded is disputed.
         */
        post: operations["openDispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/disputes/{dispute_id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide a dispute, as the lender
         * @description Of a dispute that you have answered. A part that is refunded is named, and only that.
         */
        post: operations["decideDispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/repayments/{repayment_id}/charge-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a repayment back, as the payer's bank
         * @description What it paid of one of your plans is owed again: due dates that have passed fall due today, and the card is not asked again. The same reference again changes nothing.
         */
        post: operations["chargeBackRepayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the scenarios that come with the gateway */
        get: operations["listScenarios"];
        put?: never;
        /**
         * Run a scenario
         * @description Plays a story of one order for a new test shopper: by `name` one that comes with the gateway, with another `order` where that is given, or by `document` one of your own. It moves the sandbox's clock. A run that takes longer than a request goes on behind the answer.
         */
        post: operations["runScenario"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/scenarios/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how a scenario ran */
        get: operations["getScenarioRun"];
        put?: never;
        post?: never;
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
        /**
         * Format: date
         * @description A calendar date.
         * @example 2026-03-31
         */
        Date: string;
        /**
         * @description An amount of money in minor units of its currency.
         * @example 10000
         */
        AmountInResponse: number;
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
            /** @enum {string} */
            channel: "online" | "in_store";
            pay_after_days: (0 | 14 | 30) | null;
            repayment_day: number | null;
            /** @description The hosted page; only in the answer that opened the session. */
            url?: string;
            /** @description The hosted page as a QR code (SVG), for the counter; only in the answer that opened an `in_store` session. */
            qr_url?: string;
            /** @description The single-use proof of confirmation; only while the session is confirmed. */
            checkout_token?: string;
            /** @description The shopper as this merchant knows them. */
            shopper_id: string | null;
            plan_code: ("pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36") | null;
            /** @description Null until the shopper has agreed. */
            confirmed_offer: components["schemas"]["ConfirmedOffer"] | null;
            /** @description Why the last assessment declined, in so far as a merchant may know. */
            decline_code: string | null;
            order_id: string | null;
            allowed_actions: ("authorize" | "cancel")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description What the shopper agreed to, as far as the merchant is concerned. */
        ConfirmedOffer: {
            /** @enum {string} */
            plan_code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
            programme: ("retail" | "dining" | "travel" | "education" | "medical" | "in_store") | null;
            down_payment: components["schemas"]["AmountInResponse"];
            financed: components["schemas"]["AmountInResponse"];
            /** @description What paying later costs the shopper. */
            finance_charge: components["schemas"]["AmountInResponse"];
            /** @description The interest that the merchant pays for the shopper if everything ships on the day of the agreement. */
            subsidy: components["schemas"]["AmountInResponse"];
            installments: {
                number: number;
                due_date: components["schemas"]["Date"];
                amount: components["schemas"]["AmountInResponse"];
            }[];
        };
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
            /** @description The checkout that it comes from; null for an order by an agreement. */
            checkout_session_id: string | null;
            /** @description The agreement that it was authorized by; null for an order from a checkout. */
            agreement_id: string | null;
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
            allowed_actions: ("capture" | "void" | "extend" | "refund")[];
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
            /** @description Interest on the refunded goods, which the shopper gets back: a part of the two above. */
            interest_returned: components["schemas"]["AmountInResponse"];
            /** @description The rate part of the merchant fee on the refunded amount. */
            fee_returned: components["schemas"]["AmountInResponse"];
            /** @enum {string} */
            status: "pending" | "succeeded" | "failed";
            version: number;
            created_at: components["schemas"]["Timestamp"];
        };
        RefundPreview: {
            /** @constant */
            object: "refund_preview";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            currency: components["schemas"]["CurrencyCode"];
            amount: components["schemas"]["AmountInResponse"];
            /** @description What would be taken off the shopper's debt. */
            debt_amount: components["schemas"]["AmountInResponse"];
            /** @description What would return to the shopper's card. */
            money_back_amount: components["schemas"]["AmountInResponse"];
            /** @description Interest on the refunded goods so far, which the shopper gets back: a part of the two above. */
            interest_returned: components["schemas"]["AmountInResponse"];
            /** @description The rate part of the merchant fee, which you get back. */
            fee_returned: components["schemas"]["AmountInResponse"];
            /** @description Interest that you paid for the shopper and that is not earned any more. */
            subsidy_returned: components["schemas"]["AmountInResponse"];
            /** @description The schedule as it is today. */
            schedule_before: {
                number: number;
                due_date: components["schemas"]["Date"];
                principal: components["schemas"]["AmountInResponse"];
                interest: components["schemas"]["AmountInResponse"];
                fee: components["schemas"]["AmountInResponse"];
                amount: components["schemas"]["AmountInResponse"];
                paid_amount: components["schemas"]["AmountInResponse"];
            }[];
            /** @description The schedule after the refund. */
            schedule_after: {
                number: number;
                due_date: components["schemas"]["Date"];
                principal: components["schemas"]["AmountInResponse"];
                interest: components["schemas"]["AmountInResponse"];
                fee: components["schemas"]["AmountInResponse"];
                amount: components["schemas"]["AmountInResponse"];
                paid_amount: components["schemas"]["AmountInResponse"];
            }[];
        };
        Return: {
            /**
             * @description An id that begins with ret_.
             * @example ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "return";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            /** @enum {string} */
            status: "declared" | "accepted" | "rejected" | "withdrawn" | "released";
            /** @enum {string} */
            declared_by: "merchant" | "shopper";
            /** @description Yours, where you declared it; null where the shopper did. */
            reference: components["schemas"]["MerchantReference"] | null;
            /** @description What is hoped to be refunded. */
            amount: components["schemas"]["AmountInResponse"];
            /** @description The lines of the cart that the shopper named, if any. */
            items: {
                name: string;
                quantity: number;
                amount: components["schemas"]["AmountInResponse"];
            }[];
            /** @enum {string} */
            reason: "changed_mind" | "wrong_item" | "damaged" | "not_as_described" | "late" | "other";
            /** @description Until then, by the environment's clock, it can be answered, and the dues stand still. */
            respond_by: components["schemas"]["Timestamp"];
            refund_id: string | null;
            rejection: ("not_received" | "used_or_damaged" | "too_late" | "not_returnable" | "other") | null;
            allowed_actions: ("accept" | "reject")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            ended_at: components["schemas"]["Timestamp"] | null;
        };
        Dispute: {
            /**
             * @description An id that begins with dsp_.
             * @example dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "dispute";
            /**
             * @description An id that begins with ord_.
             * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            order_id: string;
            /**
             * @description As seen from you: a won dispute refunds nothing. Silence until `response_due_at` is lost.
             * @enum {string}
             */
            status: "open" | "under_review" | "won" | "lost" | "partly_won" | "withdrawn";
            /** @enum {string} */
            reason: "not_received" | "damaged" | "not_as_described" | "unknown_order" | "canceled" | "charged_twice";
            /** @description What is disputed; it is set apart until the dispute is over. */
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            /** @description Until then, by the environment's clock, you answer. */
            response_due_at: components["schemas"]["Timestamp"];
            shopper_text: string;
            /** @description What you answered. */
            answer_text: string | null;
            /** @description Why it was decided so; both sides read it. */
            decision_text: string | null;
            evidence: components["schemas"]["DisputeEvidence"][];
            /** @description What of the amount the shopper got by the outcome. */
            refunded_amount: components["schemas"]["AmountInResponse"];
            refund_id: string | null;
            ended_by: ("merchant" | "deadline" | "operator" | "shopper") | null;
            allowed_actions: ("answer" | "accept" | "add_evidence")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            answered_at: components["schemas"]["Timestamp"] | null;
            ended_at: components["schemas"]["Timestamp"] | null;
        };
        DisputeEvidence: {
            /**
             * @description An id that begins with evi_.
             * @example evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "dispute_evidence";
            /** @enum {string} */
            given_by: "shopper" | "merchant";
            name: string;
            /** @enum {string} */
            content_type: "application/pdf" | "image/jpeg" | "image/png" | "image/webp" | "text/plain";
            /** @description Bytes. */
            size: number;
            /** @description Of the bytes, in hexadecimal digits. */
            sha256: string;
            created_at: components["schemas"]["Timestamp"];
        };
        DisputeEvidenceContent: {
            /**
             * @description An id that begins with evi_.
             * @example evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "dispute_evidence";
            /** @enum {string} */
            given_by: "shopper" | "merchant";
            name: string;
            /** @enum {string} */
            content_type: "application/pdf" | "image/jpeg" | "image/png" | "image/webp" | "text/plain";
            /** @description Bytes. */
            size: number;
            /** @description Of the bytes, in hexadecimal digits. */
            sha256: string;
            created_at: components["schemas"]["Timestamp"];
            /** @description The bytes in base64. */
            content: string;
        };
        Agreement: {
            /**
             * @description An id that begins with agr_.
             * @example agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "agreement";
            /** @enum {string} */
            status: "pending" | "active" | "suspended" | "ended";
            merchant_reference: components["schemas"]["MerchantReference"];
            description: string;
            currency: components["schemas"]["CurrencyCode"];
            /** @description The most that one order may be authorized for. */
            order_ceiling: components["schemas"]["AmountInResponse"];
            /** @description The most for the orders of a day in the merchant’s calendar. */
            day_ceiling: components["schemas"]["AmountInResponse"];
            /** @description The most for the orders of a calendar month. */
            month_ceiling: components["schemas"]["AmountInResponse"];
            /**
             * @description How many days after a capture the shopper’s card is charged.
             * @enum {number}
             */
            charge_after_days: 0 | 14 | 30;
            return_url: string;
            /** @description The hosted page; only in the answer that opened the agreement. */
            url?: string;
            /** @description The shopper as this merchant knows them, once they have agreed. */
            shopper_id: string | null;
            ended_by: ("merchant" | "shopper" | "time") | null;
            allowed_actions: ("authorize" | "end")[];
            version: number;
            created_at: components["schemas"]["Timestamp"];
            /** @description Until when the shopper may agree; null afterwards. */
            expires_at: components["schemas"]["Timestamp"] | null;
            agreed_at: components["schemas"]["Timestamp"] | null;
            ended_at: components["schemas"]["Timestamp"] | null;
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
            code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36" | "cash_draw";
            /** @enum {string} */
            status: "pending" | "active" | "paid" | "canceled" | "charged_off" | "recovered";
            currency: components["schemas"]["CurrencyCode"];
            /** @description The first capture's date in the merchant's calendar. */
            started_on: components["schemas"]["Date"] | null;
            agreed: components["schemas"]["PlanSnapshot"];
            /** @description SHA-256 of the canonical JSON of `agreed`, in hex. */
            snapshot_hash: string;
            installments: components["schemas"]["Installment"][];
            version: number;
        };
        /** @description What the shopper agreed to; it never changes. */
        PlanSnapshot: {
            /** @constant */
            version: 1;
            /** @enum {string} */
            code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36" | "cash_draw";
            currency: string;
            amount: number;
            down_payment: number;
            financed: number;
            finance_charge: number;
            readonly installments: {
                number: number;
                offset: {
                    months: number;
                } | {
                    days: number;
                };
                amount: number;
                principal?: number;
                /** @description What the shopper pays of it. */
                interest?: number;
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
            readonly interest?: {
                /** @description Millionths a year: 72000 is 7.2 %. */
                annual_rate_ppm: number;
                /** @description What the shopper pays of it; the merchant pays the rest. */
                shopper_rate_ppm: number;
                /** @enum {string} */
                method: "annuity" | "equal_principal";
                /** @enum {string} */
                day_count: "30/360" | "actual/365" | "actual/actual";
            };
            /** @description The interest that the merchant pays, if shipped on the day. */
            subsidy?: number;
            repayment_day?: number;
            /** @enum {string} */
            refund_policy: "from_last" | "pro_rata";
            /** @description What a repayment pays first. */
            readonly allocation?: ("past_due_fee" | "past_due_interest" | "past_due_principal" | "due_fee" | "due_interest" | "due_principal" | "in_advance_fee" | "in_advance_interest" | "in_advance_principal")[];
            readonly late_fee?: {
                amount: number;
                grace_days: number;
                /** @description The most that a late fee may be, in percent of the installment that was missed. */
                most_percent: number;
            };
            /** @enum {string} */
            market?: "CN" | "EU" | "UK" | "US";
            programme?: string;
            apr_percent?: number;
            disclosure_hash?: string;
            /** @description Absent from a cash draw, which buys nothing. */
            readonly merchant?: {
                id: string;
                name: string;
            };
            readonly funder: {
                id: string;
                name: string;
            };
            /** @description Who carries it together with the funder; absent where that one carries all. */
            readonly co_funders?: {
                id: string;
                name: string;
            }[];
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
            principal: components["schemas"]["AmountInResponse"];
            /** @description What it will be when everything is paid on its date. */
            interest: components["schemas"]["AmountInResponse"];
            fee: components["schemas"]["AmountInResponse"];
            paid_principal: components["schemas"]["AmountInResponse"];
            paid_interest: components["schemas"]["AmountInResponse"];
            paid_fee: components["schemas"]["AmountInResponse"];
            /** @description Set while a return or a pause stops the dues. */
            paused_until: components["schemas"]["Date"] | null;
            /** @enum {string} */
            status: "scheduled" | "due" | "overdue" | "paid" | "canceled" | "charged_off";
            days_past_due: number;
        };
        PlanReceipt: {
            /** @description 0 is the agreement; each change of its terms is the next. */
            sequence: number;
            /** @enum {string} */
            kind: "agreement" | "amendment";
            issued_at: components["schemas"]["Timestamp"];
            /** @description SHA-256 of `jws` in hex; the next receipt names it. */
            hash: string;
            /** @description A compact JWS by one of the gateway's keys (GET /.well-known/jwks.json), typ morrow-receipt+jwt. */
            jws: string;
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
            /** @description You asked for it before the date was over. */
            early: boolean;
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
            kind: "capture" | "capture_fee" | "refund" | "refund_fee" | "carried_over" | "subsidy" | "subsidy_returned" | "reserve" | "reserve_released" | "early_payout_fee" | "dispute" | "dispute_won" | "debt_paid" | "debt_written_off";
            amount: components["schemas"]["SignedAmount"];
            currency: components["schemas"]["CurrencyCode"];
            business_date: components["schemas"]["Date"];
            order_id: string | null;
            /** @description The capture, refund, repayment or earlier settlement that caused the line. */
            source_id: string;
        };
        SettlementDocuments: {
            /** Format: uri */
            statement_url: string;
            /** Format: uri */
            lines_csv_url: string;
            expires_at: components["schemas"]["Timestamp"];
        };
        EarlyPayoutQuote: {
            /** @constant */
            object: "early_payout_quote";
            currency: components["schemas"]["CurrencyCode"];
            /** @description What you are owed now by the lines that wait. */
            waiting: components["schemas"]["SignedAmount"];
            /** @description What would be held back of it. */
            reserve: components["schemas"]["AmountInResponse"];
            /** @description What being paid now would cost. */
            fee: components["schemas"]["AmountInResponse"];
            /** @description What would be paid. */
            net: components["schemas"]["SignedAmount"];
            /** @description Why it cannot be asked for now. */
            unavailable: ("not_agreed" | "nothing_to_pay" | "payouts_held") | null;
        };
        EarlyPayout: {
            /** @constant */
            object: "early_payout";
            fee: components["schemas"]["AmountInResponse"];
            settlement: components["schemas"]["Settlement"];
            payout: components["schemas"]["Payout"];
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
            status: "pending" | "held" | "in_transit" | "paid" | "failed" | "returned";
            failure_code: string | null;
            /** @description Why it waits; null where it does not. */
            hold_reason: ("books_alarm" | "merchant_suspended" | "bank_account_changed" | "first_payout" | "above_cap") | null;
            /** @description When that ends by itself; null where people have to end it. */
            hold_until: components["schemas"]["Timestamp"] | null;
            version: number;
            created_at: components["schemas"]["Timestamp"];
            paid_at: components["schemas"]["Timestamp"] | null;
            returned_at: components["schemas"]["Timestamp"] | null;
        };
        SettlementLineExplanation: {
            /** @constant */
            object: "line_explanation";
            line: components["schemas"]["SettlementLine"];
            /** @description Null for a line that belongs to no order, as a reserve. */
            order: {
                /**
                 * @description An id that begins with ord_.
                 * @example ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                id: string;
                merchant_reference: string;
            } | null;
            cause: components["schemas"]["SettlementLineCause"];
            /** @description The ledger's transfers on your account that the line is made of; they sum to it. None where it was carried over: the lines of that settlement, which sum to it, have theirs. */
            transfers: {
                id: string;
                posting_id: string;
                event: string;
                counter_account: string;
                amount: components["schemas"]["SignedAmount"];
                occurred_at: components["schemas"]["Timestamp"];
            }[];
        };
        SettlementLineCause: {
            /** @enum {string} */
            object: "capture" | "refund" | "settlement" | "repayment" | "reserve" | "dispute" | "debt";
            id: string;
            /** @description Your reference of the capture or refund. */
            reference: string | null;
            /** @description What was captured, refunded or held back, or the net of a settlement. */
            amount: components["schemas"]["SignedAmount"] | null;
            /** @description The fee of a capture, or the part of it that a refund gives back. */
            merchant_fee: components["schemas"]["AmountInResponse"] | null;
            /** @description How the fee of a capture was reckoned: rate_part + fixed_part. */
            fee: {
                basis_points: number | null;
                rate_part: components["schemas"]["AmountInResponse"];
                fixed_part: components["schemas"]["AmountInResponse"];
                /** @description What you had captured before in the month, where the rate depends on it. */
                captured_before: components["schemas"]["AmountInResponse"] | null;
            } | null;
            /** @description The settlement that a debt was carried over from, or that held a reserve back. */
            settlement_id: string | null;
            /** @description When a reserve is given back. */
            release_on: components["schemas"]["Date"] | null;
        };
        SettlementTerms: {
            /** @constant */
            object: "settlement_terms";
            currency: components["schemas"]["CurrencyCode"];
            /** @description Null where nothing but a flat fee was agreed. */
            effective_from: components["schemas"]["Date"] | null;
            fee_tiers: components["schemas"]["FeeTier"][];
            /** @description What of each date's captures is held back, for so many days. */
            reserve: {
                basis_points: number;
                days: number;
            } | null;
            first_payout_delay_days: number;
            /** @description A greater payout waits for two of our people. */
            payout_cap: components["schemas"]["AmountInResponse"] | null;
            early_payout: {
                basis_points: number;
                fixed: components["schemas"]["AmountInResponse"];
            } | null;
            month: {
                /** @description In this calendar month of yours so far. */
                captured: components["schemas"]["AmountInResponse"];
                /** @description By which the next capture is charged. */
                tier: components["schemas"]["FeeTier"];
            };
        };
        FeeTier: {
            /** @description What you captured before in the calendar month; 0 first. */
            from: components["schemas"]["AmountInResponse"];
            basis_points: number;
            fixed: components["schemas"]["AmountInResponse"];
        };
        PayoutNewsResult: {
            /** @enum {string} */
            result: "returned" | "looked_up" | "known" | "parked";
            /** @description Why it was parked. */
            reason: string | null;
        };
        LedgerProof: {
            /** @constant */
            object: "ledger_proof";
            transfers: {
                /** @description The leaf is SHA-256 of a zero byte and this object in canonical JSON (RFC 8785). */
                transfer: {
                    environment: string;
                    id: string;
                    posting_id: string;
                    event: string;
                    /** @enum {string} */
                    kind: "posted" | "pending" | "post" | "void";
                    pending_id: string | null;
                    debit: string;
                    credit: string;
                    currency: components["schemas"]["CurrencyCode"];
                    amount: components["schemas"]["AmountInResponse"];
                    subject_id: string;
                    occurred_at: components["schemas"]["Timestamp"];
                    recorded_at: components["schemas"]["Timestamp"];
                };
                /** @description Null until the next seal, a few seconds after the posting. */
                sealed: {
                    seal: number;
                    /** @description From 0, among the transfers of its seal. */
                    place: number;
                    /** @description The audit path of RFC 9162, the lowest hash first. */
                    path: string[];
                } | null;
            }[];
            seals: components["schemas"]["LedgerSeal"][];
        };
        LedgerSeal: {
            number: number;
            /** @description SHA-256 of `jws` in hex; the next seal names it. */
            hash: string;
            /** @description A compact JWS by one of the gateway's keys (GET /.well-known/jwks.json), typ morrow-seal+jwt, over the Merkle root of a range of transfers. */
            jws: string;
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
             *     `order.extended`: An authorization was extended; it expires later.
             *     `order.expiring`: An authorization will expire soon; capture it or void it.
             *     `order.expired`: An authorization expired before anything of it was captured.
             *     `refund.created`: A refund was accepted and reduces the debt.
             *     `refund.succeeded`: A refund is finished; money that went back has been sent.
             *     `refund.failed`: The money of a refund could not be sent back.
             *     `return.declared`: Goods are said to be on their way back; the dues are paused until the merchant answers.
             *     `return.accepted`: A return was accepted by a refund; the dues go on with what is left.
             *     `return.rejected`: A return was rejected with a reason; the dues go on.
             *     `return.withdrawn`: The shopper withdrew a return; the dues go on.
             *     `return.released`: A return was not answered in time; the dues go on, and the shopper may dispute.
             *     `dispute.created`: A shopper disputes an order: answer until `response_due_at`. The dues are paused and the amount is set apart.
             *     `dispute.response_due`: A dispute is to be answered soon; silence until `response_due_at` loses it.
             *     `dispute.updated`: A dispute was answered; a person decides.
             *     `dispute.evidence_added`: A file was added to a dispute.
             *     `dispute.closed`: A dispute is over: won, lost, partly won or withdrawn.
             *     `plan.active`: A plan began with the first capture of its order.
             *     `plan.paid`: Every installment of a plan is paid.
             *     `plan.reopened`: A plan that was paid owes something again, because a repayment was taken back.
             *     `plan.canceled`: A plan ended without a debt, by a void or by refunds.
             *     `installment.due`: The due date of an installment has come.
             *     `installment.overdue`: An installment was not paid by its due date.
             *     `installment.paid`: An installment is paid in full.
             *     `installment.reminder`: A shopper is reminded of an installment; `days` count from its due date.
             *     `plan.delinquency_changed`: A plan came into another bucket of days past due, or is cured.
             *     `plan.charge_off_notice`: A plan is going to be charged off on a date unless it is paid.
             *     `plan.charged_off`: The debt of a plan was given up in the books; it is owed all the same.
             *     `plan.recovered`: All that was owed on a charged-off plan has come in.
             *     `plan.transferred`: A plan, or a share of it, was transferred from one funder to another.
             *     `plan.owner_changed`: What a shopper owes on a plan belongs to another funder; nothing else changes.
             *     `late_fee.charged`: A missed installment was charged its late fee.
             *     `late_fee.waived`: The unpaid part of a late fee was let go.
             *     `promise.made`: A shopper promised a date for what is due; nobody asks for it until then.
             *     `promise.kept`: What was promised was paid in time.
             *     `promise.broken`: The promised date has passed without the payment.
             *     `promise.replaced`: Other dates were agreed in the place of a promise.
             *     `installment.rescheduled`: A missed installment was moved to a later date, free of charge.
             *     `hardship.asked`: A shopper asked for easier terms.
             *     `hardship.granted`: Easier terms were granted: a pause, a longer term, or both, and no new fees.
             *     `hardship.ended`: Easier terms are over: the pause has ended, or nothing is owed any more.
             *     `credit_line.suspended`: A credit line promises nothing new for now; what is confirmed is honoured.
             *     `credit_line.restored`: A suspended credit line is good again.
             *     `credit_line.limit_raised`: The limit of a credit line was raised, with the reasons.
             *     `credit_line.limit_cut`: The limit of a credit line was cut; what is confirmed is honoured.
             *     `credit_line.price_changed`: New plans on a credit line cost another rate; agreed plans keep theirs.
             *     `credit_line.raise_offered`: A shopper was offered a higher limit; it holds when they accept it.
             *     `repayment.succeeded`: A repayment was received.
             *     `repayment.failed`: A repayment could not be collected.
             *     `repayment.charged_back`: The payer’s bank took a repayment back; `owed_again_amount` of it is owed again.
             *     `agreement.active`: A shopper agreed; orders can be authorized by the agreement.
             *     `agreement.suspended`: An agreement is suspended for now; no orders can be authorized by it.
             *     `agreement.resumed`: A suspended agreement is good again.
             *     `agreement.ended`: An agreement was ended, by either side or because nobody agreed in time.
             *     `guarantee.offered`: A shopper offered to vouch for somebody.
             *     `guarantee.accepted`: The invited one accepted; either side may withdraw for a day.
             *     `guarantee.active`: A guarantee is active: what the debtor confirms from now on is covered.
             *     `guarantee.warning`: A covered plan is late; the guarantor may be charged `amount` from the date `on`, unless it is paid.
             *     `guarantee.called`: A guarantor has paid for the debtor; nothing new is covered any more.
             *     `guarantee.call_failed`: The card of a guarantor was not charged; nothing was taken.
             *     `guarantee.reimbursed`: What the debtor paid is on its way back to the guarantor.
             *     `guarantee.ended`: A guarantee was ended, or never came to be; what it covers stays covered until it is paid.
             *     `guarantee.expired`: The last day of a guarantee is over; what it covers stays covered until it is paid.
             *     `draw.requested`: A shopper asked for cash from their credit line; it is on its way.
             *     `draw.paid_out`: The cash of a draw was sent, and its plan began.
             *     `draw.failed`: The cash of a draw could not be sent; nothing is owed.
             *     `appeal.asked`: A shopper asked for a person to look at a decision.
             *     `appeal.answered`: A person answered an appeal against a decision.
             *     `appeal.withdrawn`: A shopper withdrew an appeal against a decision.
             *     `settlement.closed`: A settlement was closed: its lines and its net amount are final.
             *     `payout.created`: A payout of a settlement was started.
             *     `payout.held`: A payout waits, for the reason that it gives; nothing was sent.
             *     `payout.in_transit`: The processor accepted a payout; it is on its way to the bank.
             *     `payout.paid`: The bank accepted a payout.
             *     `payout.failed`: The bank refused a payout.
             *     `payout.returned`: The bank sent a paid payout back; a new one follows.
             *     `webhook_endpoint.disabled`: A webhook endpoint was disabled because it failed for too long or answered 410.
             * @enum {string}
             */
            type: "checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "webhook_endpoint.disabled";
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
            plan_codes: ("pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36")[];
            min_amount: components["schemas"]["AmountInResponse"];
            /** @description The largest amount that anybody could pay later; most shoppers may less. */
            max_amount: components["schemas"]["AmountInResponse"];
            /** @description The languages that there are texts in. */
            locales: ("en" | "zh-CN")[];
        };
        Eligibility: {
            eligible: boolean;
            /** @description Null when it can. */
            reason: ("currency_unsupported" | "amount_too_small" | "amount_too_large") | null;
        };
        OfferMessage: {
            /** @description Plain text. */
            text: string;
            plan_code: ("pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36") | null;
            /** @description What is paid one after the other; their sum is the amount. */
            parts: components["schemas"]["AmountInResponse"][];
            /** @description A representative example; null when there is no plan with interest. */
            example: {
                text: string;
                /** @enum {string} */
                plan_code: "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
                parts: components["schemas"]["AmountInResponse"][];
                /** @description What is paid in all. */
                payable: components["schemas"]["AmountInResponse"];
                /** @description The yearly cost by the rule of the merchant's market. */
                apr_percent: number;
            } | null;
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
            clock: components["schemas"]["SandboxClock"];
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
        SandboxClock: {
            now: components["schemas"]["Timestamp"];
            moving: boolean;
            /** @description Where the clock is on its way to; null while it stands. */
            target: components["schemas"]["Timestamp"] | null;
            /** @description How many dates it still has to walk. */
            days_left: number;
            /** @description When something next happens by itself, and what may; null when nothing ever will. */
            next_event: {
                at: components["schemas"]["Timestamp"];
                kinds: ("authorization_expiry" | "expiry_notice" | "return_release" | "dispute" | "pause_end" | "installment" | "promise_end" | "delinquency" | "late_fee" | "reminder" | "guarantee" | "charge_off" | "agreement_review" | "month_end" | "score_month" | "limit_review" | "reserve_release" | "settlement" | "payout_hold_end" | "fraud_watch" | "funder_sums")[];
            } | null;
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
            clock: components["schemas"]["SandboxClock"];
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
        /** @description Something that is to go wrong in a sandbox. */
        Fault: {
            /**
             * @description An id that begins with flt_.
             * @example flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "fault";
            /** @enum {string} */
            kind: "card_expires" | "card_declines" | "processor_timeout" | "processor_late_answer" | "funder_down" | "funder_refuses" | "funder_hangs" | "funder_flaps" | "webhook_lost" | "double_webhook";
            /** @description How often it happens; null until it is cleared. */
            times: number | null;
            /** @description How often it has happened. */
            used: number;
            from: components["schemas"]["Date"] | null;
            decline_code: string | null;
            plan_id: string | null;
            funder_id: string | null;
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description How late a plan is, and what was arranged about it. */
        Lateness: {
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            /** @constant */
            object: "lateness";
            /** @enum {string} */
            plan_status: "pending" | "active" | "paid" | "canceled" | "charged_off" | "recovered";
            days_past_due: number;
            /**
             * @description By days past due; 1 to 3 are grace.
             * @enum {string}
             */
            bucket: "current" | "1_3" | "4_30" | "31_60" | "61_90" | "over_90";
            /** @description Late fees that are charged and not paid. */
            late_fees: components["schemas"]["AmountInResponse"];
            /** @description What is owed on a plan that was charged off. */
            recoverable: components["schemas"]["AmountInResponse"];
            /** @description By when the shopper promised to pay. */
            promised_on: components["schemas"]["Date"] | null;
            /** @description Easier terms that are asked for or granted. */
            hardship: {
                /** @enum {string} */
                status: "asked" | "granted" | "ended";
                paused_until: components["schemas"]["Date"] | null;
                periods: number | null;
                shopper_rate_ppm: number | null;
            } | null;
        };
        /** @description A shopper does not agree with a decision. Why it was made, and what was written, is between the two. */
        Appeal: {
            /**
             * @description An id that begins with apl_.
             * @example apl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "appeal";
            /**
             * @description rescored: decided again, and nobody was asked for; open: a person has to answer it.
             * @enum {string}
             */
            status: "rescored" | "open" | "upheld" | "granted" | "withdrawn";
            checkout_session_id: string | null;
            agreement_id: string | null;
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            created_at: components["schemas"]["Timestamp"];
            asked_at: components["schemas"]["Timestamp"] | null;
            ended_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description The payer's bank took a repayment back. */
        Chargeback: {
            /**
             * @description An id that begins with chb_.
             * @example chb_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "chargeback";
            /**
             * @description An id that begins with rep_.
             * @example rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            repayment_id: string;
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            reference: components["schemas"]["MerchantReference"];
            reason: string;
            /** @description What the bank took back. */
            amount: components["schemas"]["AmountInResponse"];
            /** @description What of it is owed again on the plan. */
            owed_again_amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A scenario as it ran for one new test shopper. Ids apart, the same scenario from the same date gives the same calendar and amounts. */
        ScenarioRun: {
            /**
             * @description An id that begins with scn_.
             * @example scn_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "scenario_run";
            name: string;
            description: string;
            /** @enum {string} */
            status: "running" | "passed" | "failed";
            currency: components["schemas"]["CurrencyCode"];
            order_id: string | null;
            plan_id: string | null;
            /** @description The schedule as the first shipment started it. */
            calendar_before: {
                number: number;
                due_date: components["schemas"]["Date"];
                amount: components["schemas"]["AmountInResponse"];
                paid_amount: components["schemas"]["AmountInResponse"];
                principal: components["schemas"]["AmountInResponse"];
                interest: components["schemas"]["AmountInResponse"];
                fee: components["schemas"]["AmountInResponse"];
                status: string;
            }[];
            /** @description The schedule at the end; null until then. */
            calendar_after: {
                number: number;
                due_date: components["schemas"]["Date"];
                amount: components["schemas"]["AmountInResponse"];
                paid_amount: components["schemas"]["AmountInResponse"];
                principal: components["schemas"]["AmountInResponse"];
                interest: components["schemas"]["AmountInResponse"];
                fee: components["schemas"]["AmountInResponse"];
                status: string;
            }[] | null;
            steps: {
                number: number;
                /** @description When it was done, by the sandbox's clock. */
                at: components["schemas"]["Timestamp"];
                /** @description The date then, in the time zone of the sandbox. */
                on: components["schemas"]["Date"];
                do: string;
                detail: string;
                amount: components["schemas"]["AmountInResponse"] | null;
                /** @description What the merchant's feed says of this order and plan since the step before. */
                events: {
                    type: string;
                    at: components["schemas"]["Timestamp"];
                    on: components["schemas"]["Date"];
                    amount: components["schemas"]["AmountInResponse"] | null;
                }[];
            }[];
            /** @description All of them in their order. */
            event_types: string[];
            expectations: {
                name: string;
                expected: string;
                actual: string;
                met: boolean;
            }[];
            /** @description Whether the books of the whole sandbox balanced at the end; null until then. */
            books: {
                balanced: boolean;
                invariants: {
                    name: string;
                    checked: number;
                    broken: number;
                }[];
            } | null;
            faults: {
                kind: string;
                times: number | null;
                used: number;
            }[];
            /** @description What refused a step, where that was not expected. */
            failure: {
                step: string;
                code: string;
                detail: string;
            } | null;
            created_at: components["schemas"]["Timestamp"];
            finished_at: components["schemas"]["Timestamp"] | null;
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
            /** @description Until when it is held back, so that nobody is woken; null when it goes out at once. */
            not_before: components["schemas"]["Timestamp"] | null;
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
                     *           "channel": "online",
                     *           "pay_after_days": null,
                     *           "repayment_day": null,
                     *           "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *           "shopper_id": null,
                     *           "plan_code": null,
                     *           "confirmed_offer": null,
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
                    /**
                     * @description `in_store` for a counter: show the code of `qr_url` to the shopper.
                     * @default online
                     * @enum {string}
                     */
                    channel?: "online" | "in_store";
                    /**
                     * @description The term of `pay_after`, counted from the first capture; else the category decides.
                     * @enum {number}
                     */
                    pay_after_days?: 0 | 14 | 30;
                    /** @description The day of the month on which plans by the month fall due, unless the shopper chooses another; else the day of the capture. */
                    repayment_day?: number;
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
                     *       "channel": "online",
                     *       "pay_after_days": null,
                     *       "repayment_day": null,
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "confirmed_offer": null,
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
                     *       "channel": "online",
                     *       "pay_after_days": null,
                     *       "repayment_day": null,
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "confirmed_offer": null,
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
                     *       "channel": "online",
                     *       "pay_after_days": null,
                     *       "repayment_day": null,
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": null,
                     *       "confirmed_offer": null,
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
                     *           "agreement_id": null,
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
                     *             "void",
                     *             "extend"
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
                     *       "agreement_id": null,
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
                     *         "void",
                     *         "extend"
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
                     *       "agreement_id": null,
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
                     *         "void",
                     *         "extend"
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
                    /**
                     * @description A positive amount of money in minor units of its currency.
                     * @example 6000
                     */
                    amount: number;
                    /**
                     * @description Whether this is the final amount of the order: what is left of the authorization is voided with the capture.
                     * @default false
                     */
                    final?: boolean;
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
             *     - `installments_exceeded`: The plan would have too many installments.
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
                        code?: "capture_exceeds_authorized" | "capture_reference_in_use" | "clock_moving" | "idempotency_in_progress" | "installments_exceeded" | "state_conflict";
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
                     *       "agreement_id": null,
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
    extendOrder: {
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
                 *       "reference": "backorder-1"
                 *     }
                 */
                "application/json": {
                    reference: components["schemas"]["MerchantReference"];
                };
            };
        };
        responses: {
            /** @description The order with its new `expires_at`. */
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
                     *       "status": "authorized",
                     *       "merchant_reference": "order-1001",
                     *       "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "agreement_id": null,
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
                     *         "void",
                     *         "extend"
                     *       ],
                     *       "version": 2,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-15T08:30:00.000Z"
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
             *     - `extension_exhausted`: The authorization cannot live longer.
             *     - `extension_reference_in_use`: The extension reference is in use.
             *     - `extension_refused`: The authorization may not be extended.
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
                        code?: "clock_moving" | "extension_exhausted" | "extension_reference_in_use" | "extension_refused" | "idempotency_in_progress" | "state_conflict";
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
                     *           "interest_returned": 0,
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
                     *       "interest_returned": 0,
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
             *     - `dispute_open`: A dispute of the order is not decided yet.
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
                        code?: "clock_moving" | "dispute_open" | "idempotency_in_progress" | "refund_exceeds_refundable" | "refund_reference_in_use" | "state_conflict";
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
    previewRefund: {
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
                 *       "amount": 1000
                 *     }
                 */
                "application/json": {
                    amount: components["schemas"]["Amount"];
                };
            };
        };
        responses: {
            /** @description What would be. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "refund_preview",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "currency": "CNY",
                     *       "amount": 1000,
                     *       "debt_amount": 1000,
                     *       "money_back_amount": 0,
                     *       "interest_returned": 0,
                     *       "fee_returned": 30,
                     *       "subsidy_returned": 0,
                     *       "schedule_before": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "principal": 2500,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "amount": 2500,
                     *           "paid_amount": 2500
                     *         },
                     *         {
                     *           "number": 2,
                     *           "due_date": "2026-03-15",
                     *           "principal": 2500,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "amount": 2500,
                     *           "paid_amount": 0
                     *         }
                     *       ],
                     *       "schedule_after": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "principal": 2500,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "amount": 2500,
                     *           "paid_amount": 2500
                     *         },
                     *         {
                     *           "number": 2,
                     *           "due_date": "2026-03-15",
                     *           "principal": 1500,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "amount": 1500,
                     *           "paid_amount": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RefundPreview"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `dispute_open`: A dispute of the order is not decided yet.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `refund_exceeds_refundable`: The refund exceeds what can be refunded.
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
                        code?: "clock_moving" | "dispute_open" | "idempotency_in_progress" | "refund_exceeds_refundable" | "state_conflict";
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
    declareReturn: {
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
                 *       "reference": "rma-1",
                 *       "amount": 4000,
                 *       "reason": "damaged"
                 *     }
                 */
                "application/json": {
                    reference: components["schemas"]["MerchantReference"];
                    amount: components["schemas"]["Amount"];
                    /** @enum {string} */
                    reason: "changed_mind" | "wrong_item" | "damaged" | "not_as_described" | "late" | "other";
                };
            };
        };
        responses: {
            /** @description The dues are paused. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "return",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "declared",
                     *       "declared_by": "merchant",
                     *       "reference": "rma-1",
                     *       "amount": 4000,
                     *       "items": [],
                     *       "reason": "damaged",
                     *       "respond_by": "2026-03-24T16:00:00.000Z",
                     *       "refund_id": null,
                     *       "rejection": null,
                     *       "allowed_actions": [
                     *         "accept",
                     *         "reject"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Return"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `dispute_open`: A dispute of the order is not decided yet.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `refund_exceeds_refundable`: The refund exceeds what can be refunded.
             *     - `return_open`: A return of the order is not answered yet.
             *     - `return_reference_in_use`: The return reference is in use.
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
                        code?: "clock_moving" | "dispute_open" | "idempotency_in_progress" | "refund_exceeds_refundable" | "return_open" | "return_reference_in_use" | "state_conflict";
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
    listReturns: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                order_id?: string;
                status?: "declared" | "accepted" | "rejected" | "withdrawn" | "released";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their declaration. */
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
                     *           "id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "return",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "status": "declared",
                     *           "declared_by": "shopper",
                     *           "reference": null,
                     *           "amount": 4000,
                     *           "items": [
                     *             {
                     *               "name": "Oolong, 100 g",
                     *               "quantity": 1,
                     *               "amount": 4000
                     *             }
                     *           ],
                     *           "reason": "damaged",
                     *           "respond_by": "2026-03-24T16:00:00.000Z",
                     *           "refund_id": null,
                     *           "rejection": null,
                     *           "allowed_actions": [
                     *             "accept",
                     *             "reject"
                     *           ],
                     *           "version": 1,
                     *           "created_at": "2026-03-10T08:30:00.000Z",
                     *           "ended_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Return"][];
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
    getReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with ret_. */
                return_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The return. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "return",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "declared",
                     *       "declared_by": "shopper",
                     *       "reference": null,
                     *       "amount": 4000,
                     *       "items": [
                     *         {
                     *           "name": "Oolong, 100 g",
                     *           "quantity": 1,
                     *           "amount": 4000
                     *         }
                     *       ],
                     *       "reason": "damaged",
                     *       "respond_by": "2026-03-24T16:00:00.000Z",
                     *       "refund_id": null,
                     *       "rejection": null,
                     *       "allowed_actions": [
                     *         "accept",
                     *         "reject"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Return"];
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
    acceptReturn: {
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
                /** @description An id that begins with ret_. */
                return_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "refund-1",
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
            /** @description The refund is made. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "return",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "accepted",
                     *       "declared_by": "shopper",
                     *       "reference": null,
                     *       "amount": 4000,
                     *       "items": [
                     *         {
                     *           "name": "Oolong, 100 g",
                     *           "quantity": 1,
                     *           "amount": 4000
                     *         }
                     *       ],
                     *       "reason": "damaged",
                     *       "respond_by": "2026-03-24T16:00:00.000Z",
                     *       "refund_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "rejection": null,
                     *       "allowed_actions": [],
                     *       "version": 2,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "ended_at": "2026-03-15T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Return"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `dispute_open`: A dispute of the order is not decided yet.
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
                        code?: "clock_moving" | "dispute_open" | "idempotency_in_progress" | "refund_exceeds_refundable" | "refund_reference_in_use" | "state_conflict";
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
    rejectReturn: {
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
                /** @description An id that begins with ret_. */
                return_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "not_received"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    reason: "not_received" | "used_or_damaged" | "too_late" | "not_returnable" | "other";
                };
            };
        };
        responses: {
            /** @description The return is rejected. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "return",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "rejected",
                     *       "declared_by": "shopper",
                     *       "reference": null,
                     *       "amount": 4000,
                     *       "items": [
                     *         {
                     *           "name": "Oolong, 100 g",
                     *           "quantity": 1,
                     *           "amount": 4000
                     *         }
                     *       ],
                     *       "reason": "damaged",
                     *       "respond_by": "2026-03-24T16:00:00.000Z",
                     *       "refund_id": null,
                     *       "rejection": "not_received",
                     *       "allowed_actions": [],
                     *       "version": 2,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "ended_at": "2026-03-15T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Return"];
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
    listDisputes: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                order_id?: string;
                status?: "open" | "under_review" | "won" | "lost" | "partly_won" | "withdrawn";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order in which they were opened. */
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
                     *           "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute",
                     *           "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "status": "open",
                     *           "reason": "damaged",
                     *           "amount": 4000,
                     *           "currency": "CNY",
                     *           "response_due_at": "2026-03-23T16:00:00.000Z",
                     *           "shopper_text": "The cup was broken when it came.",
                     *           "answer_text": null,
                     *           "decision_text": null,
                     *           "evidence": [
                     *             {
                     *               "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *               "object": "dispute_evidence",
                     *               "given_by": "shopper",
                     *               "name": "broken-cup.jpg",
                     *               "content_type": "image/jpeg",
                     *               "size": 182044,
                     *               "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *               "created_at": "2026-03-10T08:31:00.000Z"
                     *             }
                     *           ],
                     *           "refunded_amount": 0,
                     *           "refund_id": null,
                     *           "ended_by": null,
                     *           "allowed_actions": [
                     *             "answer",
                     *             "accept",
                     *             "add_evidence"
                     *           ],
                     *           "version": 1,
                     *           "created_at": "2026-03-10T08:30:00.000Z",
                     *           "answered_at": null,
                     *           "ended_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Dispute"][];
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
    getDispute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with dsp_. */
                dispute_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dispute. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "open",
                     *       "reason": "damaged",
                     *       "amount": 4000,
                     *       "currency": "CNY",
                     *       "response_due_at": "2026-03-23T16:00:00.000Z",
                     *       "shopper_text": "The cup was broken when it came.",
                     *       "answer_text": null,
                     *       "decision_text": null,
                     *       "evidence": [
                     *         {
                     *           "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute_evidence",
                     *           "given_by": "shopper",
                     *           "name": "broken-cup.jpg",
                     *           "content_type": "image/jpeg",
                     *           "size": 182044,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-03-10T08:31:00.000Z"
                     *         }
                     *       ],
                     *       "refunded_amount": 0,
                     *       "refund_id": null,
                     *       "ended_by": null,
                     *       "allowed_actions": [
                     *         "answer",
                     *         "accept",
                     *         "add_evidence"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "answered_at": null,
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Dispute"];
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
    answerDispute: {
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
                /** @description An id that begins with dsp_. */
                dispute_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "It was sent on 2 March and signed for."
                 *     }
                 */
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description It is under review. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "under_review",
                     *       "reason": "damaged",
                     *       "amount": 4000,
                     *       "currency": "CNY",
                     *       "response_due_at": "2026-03-23T16:00:00.000Z",
                     *       "shopper_text": "The cup was broken when it came.",
                     *       "answer_text": "It was sent on 2 March and signed for.",
                     *       "decision_text": null,
                     *       "evidence": [
                     *         {
                     *           "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute_evidence",
                     *           "given_by": "shopper",
                     *           "name": "broken-cup.jpg",
                     *           "content_type": "image/jpeg",
                     *           "size": 182044,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-03-10T08:31:00.000Z"
                     *         }
                     *       ],
                     *       "refunded_amount": 0,
                     *       "refund_id": null,
                     *       "ended_by": null,
                     *       "allowed_actions": [
                     *         "accept",
                     *         "add_evidence"
                     *       ],
                     *       "version": 2,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "answered_at": "2026-03-12T08:30:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Dispute"];
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
    addDisputeEvidence: {
        parameters: {
            query?: {
                /** @description What you call it, such as `receipt.pdf`. */
                name?: string;
            };
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
            };
            path: {
                /** @description An id that begins with dsp_. */
                dispute_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/pdf": string;
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description It is kept. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute_evidence",
                     *       "given_by": "merchant",
                     *       "name": "receipt.pdf",
                     *       "content_type": "application/pdf",
                     *       "size": 182044,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "created_at": "2026-03-10T08:31:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DisputeEvidence"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `evidence_limit`: The dispute has as many files as it may have.
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
                        code?: "clock_moving" | "evidence_limit" | "idempotency_in_progress" | "state_conflict";
                    };
                };
            };
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            /**
             * @description - `evidence_unreadable`: The file is not of a type that is taken.
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
                        code?: "evidence_unreadable" | "idempotency_key_reused" | "validation_failed";
                    };
                };
            };
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getDisputeEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with dsp_. */
                dispute_id: string;
                /** @description An id that begins with evi_. */
                evidence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute_evidence",
                     *       "given_by": "shopper",
                     *       "name": "broken-cup.jpg",
                     *       "content_type": "image/jpeg",
                     *       "size": 182044,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "created_at": "2026-03-10T08:31:00.000Z",
                     *       "content": "/9j/4AAQSkZJRg=="
                     *     }
                     */
                    "application/json": components["schemas"]["DisputeEvidenceContent"];
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
    acceptDispute: {
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
                /** @description An id that begins with dsp_. */
                dispute_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is lost. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "lost",
                     *       "reason": "damaged",
                     *       "amount": 4000,
                     *       "currency": "CNY",
                     *       "response_due_at": "2026-03-23T16:00:00.000Z",
                     *       "shopper_text": "The cup was broken when it came.",
                     *       "answer_text": null,
                     *       "decision_text": null,
                     *       "evidence": [
                     *         {
                     *           "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute_evidence",
                     *           "given_by": "shopper",
                     *           "name": "broken-cup.jpg",
                     *           "content_type": "image/jpeg",
                     *           "size": 182044,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-03-10T08:31:00.000Z"
                     *         }
                     *       ],
                     *       "refunded_amount": 4000,
                     *       "refund_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "ended_by": "merchant",
                     *       "allowed_actions": [],
                     *       "version": 2,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "answered_at": null,
                     *       "ended_at": "2026-03-12T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Dispute"];
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
    listAgreements: {
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
                     *           "id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "agreement",
                     *           "status": "active",
                     *           "merchant_reference": "customer-7",
                     *           "description": "Bicycles by the hour",
                     *           "currency": "CNY",
                     *           "order_ceiling": 20000,
                     *           "day_ceiling": 40000,
                     *           "month_ceiling": 200000,
                     *           "charge_after_days": 0,
                     *           "return_url": "https://shop.example/agreed",
                     *           "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "ended_by": null,
                     *           "allowed_actions": [
                     *             "authorize",
                     *             "end"
                     *           ],
                     *           "version": 3,
                     *           "created_at": "2026-03-01T08:30:00.000Z",
                     *           "expires_at": null,
                     *           "agreed_at": "2026-03-01T08:35:00.000Z",
                     *           "ended_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Agreement"][];
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
    createAgreement: {
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
                 *       "merchant_reference": "customer-7",
                 *       "description": "Bicycles by the hour",
                 *       "currency": "CNY",
                 *       "order_ceiling": 20000,
                 *       "day_ceiling": 40000,
                 *       "month_ceiling": 200000,
                 *       "charge_after_days": 0,
                 *       "return_url": "https://shop.example/agreed"
                 *     }
                 */
                "application/json": {
                    merchant_reference: components["schemas"]["MerchantReference"];
                    /**
                     * @description What it is for; the shopper reads it.
                     * @example Bicycles by the hour
                     */
                    description: string;
                    currency: components["schemas"]["CurrencyCode"];
                    order_ceiling: components["schemas"]["Amount"];
                    day_ceiling: components["schemas"]["Amount"];
                    month_ceiling: components["schemas"]["Amount"];
                    /**
                     * @description How many days after a capture the card is charged; 0 is the same day.
                     * @enum {number}
                     */
                    charge_after_days: 0 | 14 | 30;
                    /** Format: uri */
                    return_url: string;
                };
            };
        };
        responses: {
            /** @description The agreement waits for the shopper. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "agreement",
                     *       "status": "pending",
                     *       "merchant_reference": "customer-7",
                     *       "description": "Bicycles by the hour",
                     *       "currency": "CNY",
                     *       "order_ceiling": 20000,
                     *       "day_ceiling": 40000,
                     *       "month_ceiling": 200000,
                     *       "charge_after_days": 0,
                     *       "return_url": "https://shop.example/agreed",
                     *       "url": "https://pay.example/a/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "ended_by": null,
                     *       "allowed_actions": [
                     *         "end"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": "2026-03-02T08:30:00.000Z",
                     *       "agreed_at": null,
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Agreement"];
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
    getAgreement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with agr_. */
                agreement_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agreement. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "agreement",
                     *       "status": "active",
                     *       "merchant_reference": "customer-7",
                     *       "description": "Bicycles by the hour",
                     *       "currency": "CNY",
                     *       "order_ceiling": 20000,
                     *       "day_ceiling": 40000,
                     *       "month_ceiling": 200000,
                     *       "charge_after_days": 0,
                     *       "return_url": "https://shop.example/agreed",
                     *       "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "ended_by": null,
                     *       "allowed_actions": [
                     *         "authorize",
                     *         "end"
                     *       ],
                     *       "version": 3,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": null,
                     *       "agreed_at": "2026-03-01T08:35:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Agreement"];
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
    authorizeAgreementOrder: {
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
                /** @description An id that begins with agr_. */
                agreement_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "merchant_reference": "ride-1001",
                 *       "amount": 10000,
                 *       "currency": "CNY"
                 *     }
                 */
                "application/json": {
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
                     *       "merchant_reference": "ride-1001",
                     *       "checkout_session_id": null,
                     *       "agreement_id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
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
                     *         "void",
                     *         "extend"
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
            /**
             * @description - `agreement_ceiling_exceeded`: The amount is above a ceiling of the agreement.
             *     - `authorization_declined`: The authorization was declined.
             *     - `limit_exceeded`: The credit limit does not suffice.
             */
            402: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "agreement_ceiling_exceeded" | "authorization_declined" | "limit_exceeded";
                    };
                };
            };
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `agreement_ended`: The agreement has ended.
             *     - `agreement_suspended`: The agreement is suspended.
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
                        code?: "agreement_ended" | "agreement_suspended" | "clock_moving" | "currency_mismatch" | "idempotency_in_progress" | "merchant_reference_in_use" | "merchant_reference_reversed" | "state_conflict";
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
            /**
             * @description - `funder_unavailable`: No funder is available.
             *     - `unavailable`: The service is not available.
             */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "funder_unavailable" | "unavailable";
                    };
                };
            };
        };
    };
    endAgreement: {
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
                /** @description An id that begins with agr_. */
                agreement_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agreement has ended. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "agreement",
                     *       "status": "ended",
                     *       "merchant_reference": "customer-7",
                     *       "description": "Bicycles by the hour",
                     *       "currency": "CNY",
                     *       "order_ceiling": 20000,
                     *       "day_ceiling": 40000,
                     *       "month_ceiling": 200000,
                     *       "charge_after_days": 0,
                     *       "return_url": "https://shop.example/agreed",
                     *       "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "ended_by": "merchant",
                     *       "allowed_actions": [],
                     *       "version": 4,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": null,
                     *       "agreed_at": "2026-03-01T08:35:00.000Z",
                     *       "ended_at": "2026-04-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Agreement"];
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
                     *           "principal": 10000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "paid_principal": 0,
                     *           "paid_interest": 0,
                     *           "paid_fee": 0,
                     *           "paused_until": null,
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
    listPlanReceipts: {
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
            /** @description The chain. */
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
                     *           "sequence": 0,
                     *           "kind": "agreement",
                     *           "issued_at": "2026-03-01T08:30:00.000Z",
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "jws": "eyJhbGciOiJFZERTQSJ9.eyJraW5kIjoiYWdyZWVtZW50In0.c2lnbmF0dXJl"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["PlanReceipt"][];
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
                     *           "early": false,
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
                     *       "early": false,
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
    getSettlementDocuments: {
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
            /** @description The links. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "statement_url": "https://pay.example/settlements/live/stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/1772409600/s",
                     *       "lines_csv_url": "https://pay.example/settlements/live/stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/1772409600/s/lines.csv",
                     *       "expires_at": "2026-03-02T00:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SettlementDocuments"];
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
    quoteEarlyPayout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is at this moment. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "early_payout_quote",
                     *       "currency": "CNY",
                     *       "waiting": 9600,
                     *       "reserve": 1000,
                     *       "fee": 143,
                     *       "net": 8457,
                     *       "unavailable": null
                     *     }
                     */
                    "application/json": components["schemas"]["EarlyPayoutQuote"];
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
    createEarlyPayout: {
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
                /** @example {} */
                "application/json": {
                    currency?: components["schemas"]["CurrencyCode"];
                };
            };
        };
        responses: {
            /** @description The settlement is closed and its payout started. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "early_payout",
                     *       "fee": 143,
                     *       "settlement": {
                     *         "id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "object": "settlement",
                     *         "status": "closed",
                     *         "currency": "CNY",
                     *         "business_date": "2026-03-02",
                     *         "net": 9600,
                     *         "lines_count": 2,
                     *         "early": true,
                     *         "closed_at": "2026-03-02T16:00:00.000Z"
                     *       },
                     *       "payout": {
                     *         "id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "object": "payout",
                     *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "amount": 9600,
                     *         "currency": "CNY",
                     *         "status": "paid",
                     *         "failure_code": null,
                     *         "hold_reason": null,
                     *         "hold_until": null,
                     *         "version": 2,
                     *         "created_at": "2026-03-02T16:00:00.000Z",
                     *         "paid_at": "2026-03-02T16:00:00.000Z",
                     *         "returned_at": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EarlyPayout"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `early_payout_unavailable`: There is nothing to pay out early now.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "clock_moving" | "early_payout_unavailable" | "idempotency_in_progress";
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
                     *           "hold_reason": null,
                     *           "hold_until": null,
                     *           "version": 2,
                     *           "created_at": "2026-03-02T16:00:00.000Z",
                     *           "paid_at": "2026-03-02T16:00:00.000Z",
                     *           "returned_at": null
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
                     *       "hold_reason": null,
                     *       "hold_until": null,
                     *       "version": 2,
                     *       "created_at": "2026-03-02T16:00:00.000Z",
                     *       "paid_at": "2026-03-02T16:00:00.000Z",
                     *       "returned_at": null
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
    explainPayoutLine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with po_. */
                payout_id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the amount comes from. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "line_explanation",
                     *       "line": {
                     *         "number": 1,
                     *         "kind": "capture",
                     *         "amount": 10000,
                     *         "currency": "CNY",
                     *         "business_date": "2026-03-02",
                     *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "source_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                     *       },
                     *       "order": {
                     *         "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "merchant_reference": "cart-42"
                     *       },
                     *       "cause": {
                     *         "object": "capture",
                     *         "id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "reference": "parcel-1",
                     *         "amount": 10000,
                     *         "merchant_fee": 400,
                     *         "fee": {
                     *           "basis_points": 300,
                     *           "rate_part": 300,
                     *           "fixed_part": 100,
                     *           "captured_before": null
                     *         },
                     *         "settlement_id": null,
                     *         "release_on": null
                     *       },
                     *       "transfers": [
                     *         {
                     *           "id": "4711",
                     *           "posting_id": "pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "event": "capture",
                     *           "counter_account": "principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "amount": 10000,
                     *           "occurred_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SettlementLineExplanation"];
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
    explainSettlementLine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with stl_. */
                settlement_id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the amount comes from. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "line_explanation",
                     *       "line": {
                     *         "number": 1,
                     *         "kind": "capture",
                     *         "amount": 10000,
                     *         "currency": "CNY",
                     *         "business_date": "2026-03-02",
                     *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "source_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                     *       },
                     *       "order": {
                     *         "id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "merchant_reference": "cart-42"
                     *       },
                     *       "cause": {
                     *         "object": "capture",
                     *         "id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "reference": "parcel-1",
                     *         "amount": 10000,
                     *         "merchant_fee": 400,
                     *         "fee": {
                     *           "basis_points": 300,
                     *           "rate_part": 300,
                     *           "fixed_part": 100,
                     *           "captured_before": null
                     *         },
                     *         "settlement_id": null,
                     *         "release_on": null
                     *       },
                     *       "transfers": [
                     *         {
                     *           "id": "4711",
                     *           "posting_id": "pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "event": "capture",
                     *           "counter_account": "principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "amount": 10000,
                     *           "occurred_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SettlementLineExplanation"];
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
    getSettlementTerms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they hold today. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "settlement_terms",
                     *       "currency": "CNY",
                     *       "effective_from": "2026-03-01",
                     *       "fee_tiers": [
                     *         {
                     *           "from": 0,
                     *           "basis_points": 300,
                     *           "fixed": 100
                     *         },
                     *         {
                     *           "from": 10000000,
                     *           "basis_points": 250,
                     *           "fixed": 100
                     *         }
                     *       ],
                     *       "reserve": {
                     *         "basis_points": 1000,
                     *         "days": 30
                     *       },
                     *       "first_payout_delay_days": 0,
                     *       "payout_cap": null,
                     *       "early_payout": {
                     *         "basis_points": 50,
                     *         "fixed": 100
                     *       },
                     *       "month": {
                     *         "captured": 1250000,
                     *         "tier": {
                     *           "from": 0,
                     *           "basis_points": 300,
                     *           "fixed": 100
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SettlementTerms"];
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
    putSandboxSettlementTerms: {
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
                 *       "fee_tiers": [
                 *         {
                 *           "from": 0,
                 *           "basis_points": 300,
                 *           "fixed": 100
                 *         },
                 *         {
                 *           "from": 10000000,
                 *           "basis_points": 250,
                 *           "fixed": 100
                 *         }
                 *       ],
                 *       "reserve": {
                 *         "basis_points": 1000,
                 *         "days": 30
                 *       },
                 *       "early_payout": {
                 *         "basis_points": 50,
                 *         "fixed": 100
                 *       }
                 *     }
                 */
                "application/json": {
                    effective_from?: components["schemas"]["Date"];
                    fee_tiers: {
                        from: components["schemas"]["AmountInResponse"];
                        basis_points: number;
                        fixed: components["schemas"]["AmountInResponse"];
                    }[];
                    /** @default null */
                    reserve?: {
                        basis_points: number;
                        days: number;
                    } | null;
                    /** @default 0 */
                    first_payout_delay_days?: number;
                    /** @default null */
                    payout_cap?: components["schemas"]["AmountInResponse"] | null;
                    /** @default null */
                    early_payout?: {
                        basis_points: number;
                        fixed: components["schemas"]["AmountInResponse"];
                    } | null;
                };
            };
        };
        responses: {
            /** @description They are kept. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "settlement_terms",
                     *       "currency": "CNY",
                     *       "effective_from": "2026-03-01",
                     *       "fee_tiers": [
                     *         {
                     *           "from": 0,
                     *           "basis_points": 300,
                     *           "fixed": 100
                     *         },
                     *         {
                     *           "from": 10000000,
                     *           "basis_points": 250,
                     *           "fixed": 100
                     *         }
                     *       ],
                     *       "reserve": {
                     *         "basis_points": 1000,
                     *         "days": 30
                     *       },
                     *       "first_payout_delay_days": 0,
                     *       "payout_cap": null,
                     *       "early_payout": {
                     *         "basis_points": 50,
                     *         "fixed": 100
                     *       },
                     *       "month": {
                     *         "captured": 1250000,
                     *         "tier": {
                     *           "from": 0,
                     *           "basis_points": 300,
                     *           "fixed": 100
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SettlementTerms"];
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
    putSandboxPayoutAccount: {
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
                 *       "account": "acct_test_slow"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    account: "acct_test_merchant" | "acct_test_fails" | "acct_test_slow" | "acct_test_refused" | "acct_test_returned";
                };
            };
        };
        responses: {
            /** @description It is changed. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account": "acct_test_slow"
                     *     }
                     */
                    "application/json": {
                        account: string;
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
    createSandboxPayoutNews: {
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
                 *       "reference": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "status": "failed",
                 *       "code": "account_closed"
                 *     }
                 */
                "application/json": {
                    /** @description The payout's id, or the processor's name for its transfer. */
                    reference: string;
                    /** @enum {string} */
                    status: "paid" | "failed";
                    /** @default null */
                    code?: string | null;
                };
            };
        };
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "result": "returned",
                     *       "reason": null
                     *     }
                     */
                    "application/json": components["schemas"]["PayoutNewsResult"];
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
    getOrderProof: {
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
            /** @description The transfers in the order in which they were posted, and the seals over them. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "ledger_proof",
                     *       "transfers": [
                     *         {
                     *           "transfer": {
                     *             "environment": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "id": "4711",
                     *             "posting_id": "pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "event": "capture",
                     *             "kind": "post",
                     *             "pending_id": "4710",
                     *             "debit": "principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "credit": "merchant:mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "currency": "CNY",
                     *             "amount": 10000,
                     *             "subject_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "occurred_at": "2026-03-01T08:30:00.000Z",
                     *             "recorded_at": "2026-03-01T08:30:00.000Z"
                     *           },
                     *           "sealed": {
                     *             "seal": 7,
                     *             "place": 0,
                     *             "path": []
                     *           }
                     *         }
                     *       ],
                     *       "seals": [
                     *         {
                     *           "number": 7,
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "jws": "eyJhbGciOiJFZERTQSJ9.eyJudW1iZXIiOjd9.c2lnbmF0dXJl"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerProof"];
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
    getSettlementLineProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with stl_. */
                settlement_id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfers in the order in which they were posted, and the seals over them. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "ledger_proof",
                     *       "transfers": [
                     *         {
                     *           "transfer": {
                     *             "environment": "sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "id": "4711",
                     *             "posting_id": "pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "event": "capture",
                     *             "kind": "post",
                     *             "pending_id": "4710",
                     *             "debit": "principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "credit": "merchant:mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "currency": "CNY",
                     *             "amount": 10000,
                     *             "subject_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *             "occurred_at": "2026-03-01T08:30:00.000Z",
                     *             "recorded_at": "2026-03-01T08:30:00.000Z"
                     *           },
                     *           "sealed": {
                     *             "seal": 7,
                     *             "place": 0,
                     *             "path": []
                     *           }
                     *         }
                     *       ],
                     *       "seals": [
                     *         {
                     *           "number": 7,
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "jws": "eyJhbGciOiJFZERTQSJ9.eyJudW1iZXIiOjd9.c2lnbmF0dXJl"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerProof"];
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
    listSeals: {
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
            /** @description In the order in which they were made. */
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
                     *           "number": 7,
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "jws": "eyJhbGciOiJFZERTQSJ9.eyJudW1iZXIiOjd9.c2lnbmF0dXJl"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["LedgerSeal"][];
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
                     *       ],
                     *       "example": null
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
                    /**
                     * @description What of the shoppers' interest the merchant pays: percent by plan code.
                     * @default {}
                     */
                    subsidies?: {
                        [key: string]: number;
                    };
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
                     *         "moving": false,
                     *         "target": null,
                     *         "days_left": 0,
                     *         "next_event": {
                     *           "at": "2026-03-14T16:00:00.000Z",
                     *           "kinds": [
                     *             "installment"
                     *           ]
                     *         }
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
                     *         "moving": false,
                     *         "target": null,
                     *         "days_left": 0,
                     *         "next_event": {
                     *           "at": "2026-03-14T16:00:00.000Z",
                     *           "kinds": [
                     *             "installment"
                     *           ]
                     *         }
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
                 *       "until": "next_event"
                 *     }
                 */
                "application/json": {
                    /** Format: date-time */
                    to?: string;
                    days?: number;
                    /** @constant */
                    until?: "next_event";
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
                     *         "moving": false,
                     *         "target": null,
                     *         "days_left": 0,
                     *         "next_event": {
                     *           "at": "2026-03-14T16:00:00.000Z",
                     *           "kinds": [
                     *             "installment"
                     *           ]
                     *         }
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
            /** @description The clock is on its way; read the sandbox until `clock.moving` is false. */
            202: {
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
                     *         "moving": false,
                     *         "target": null,
                     *         "days_left": 0,
                     *         "next_event": {
                     *           "at": "2026-03-14T16:00:00.000Z",
                     *           "kinds": [
                     *             "installment"
                     *           ]
                     *         }
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
    listFaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that were not cleared, in the order of their creation. */
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
                     *           "id": "flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "fault",
                     *           "kind": "card_declines",
                     *           "times": 2,
                     *           "used": 1,
                     *           "from": null,
                     *           "decline_code": "insufficient_funds",
                     *           "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "funder_id": null,
                     *           "created_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Fault"][];
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
    createFault: {
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
                 *       "kind": "card_declines",
                 *       "times": 2,
                 *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    kind: "card_expires";
                    /**
                     * @description The plan whose card expires.
                     * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    plan_id: string;
                    /**
                     * Format: date
                     * @description The business date from which it is declined; today without it.
                     */
                    from?: string;
                } | {
                    /** @constant */
                    kind: "card_declines";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                    /**
                     * @default insufficient_funds
                     * @enum {string}
                     */
                    decline_code?: "insufficient_funds" | "generic_decline" | "expired_card" | "do_not_honor";
                    /**
                     * @description The plan whose card is meant; every card of the sandbox's shoppers without it.
                     * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    plan_id?: string;
                } | {
                    /** @constant */
                    kind: "processor_timeout";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                    /**
                     * @description The plan whose card is meant; every card of the sandbox's shoppers without it.
                     * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    plan_id?: string;
                } | {
                    /** @constant */
                    kind: "processor_late_answer";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                    /**
                     * @description The plan whose card is meant; every card of the sandbox's shoppers without it.
                     * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    plan_id?: string;
                } | {
                    /** @constant */
                    kind: "funder_down";
                    /**
                     * @description The funder that is down; all without it.
                     * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    funder_id?: string;
                } | {
                    /** @constant */
                    kind: "funder_refuses";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                    /**
                     * @description The funder that is meant; all without it. From then on it has to accept each plan.
                     * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    funder_id?: string;
                } | {
                    /** @constant */
                    kind: "funder_hangs";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                    /**
                     * @description The funder that is meant; all without it. From then on it has to accept each plan.
                     * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    funder_id?: string;
                } | {
                    /** @constant */
                    kind: "funder_flaps";
                    /**
                     * @description The funder that is meant; all without it. From then on it has to accept each plan.
                     * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    funder_id?: string;
                } | {
                    /** @constant */
                    kind: "webhook_lost";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                } | {
                    /** @constant */
                    kind: "double_webhook";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                };
            };
        };
        responses: {
            /** @description It will happen. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "fault",
                     *       "kind": "card_declines",
                     *       "times": 2,
                     *       "used": 1,
                     *       "from": null,
                     *       "decline_code": "insufficient_funds",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "funder_id": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Fault"];
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
    clearFaults: {
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
            /** @description The faults that were cleared. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "fault",
                     *           "kind": "card_declines",
                     *           "times": 2,
                     *           "used": 1,
                     *           "from": null,
                     *           "decline_code": "insufficient_funds",
                     *           "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "funder_id": null,
                     *           "created_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Fault"][];
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
    clearFault: {
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
                /** @description An id that begins with flt_. */
                fault_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fault as it was. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "fault",
                     *       "kind": "card_declines",
                     *       "times": 2,
                     *       "used": 1,
                     *       "from": null,
                     *       "decline_code": "insufficient_funds",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "funder_id": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Fault"];
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
    getLateness: {
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
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "lateness",
                     *       "plan_status": "active",
                     *       "days_past_due": 5,
                     *       "bucket": "4_30",
                     *       "late_fees": 0,
                     *       "recoverable": 0,
                     *       "promised_on": "2026-03-20",
                     *       "hardship": null
                     *     }
                     */
                    "application/json": components["schemas"]["Lateness"];
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
    promisePayment: {
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
                /** @description An id that begins with pln_. */
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "date": "2026-03-20"
                 *     }
                 */
                "application/json": {
                    date: components["schemas"]["Date"];
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "lateness",
                     *       "plan_status": "active",
                     *       "days_past_due": 5,
                     *       "bucket": "4_30",
                     *       "late_fees": 0,
                     *       "recoverable": 0,
                     *       "promised_on": "2026-03-20",
                     *       "hardship": null
                     *     }
                     */
                    "application/json": components["schemas"]["Lateness"];
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
    reschedulePayment: {
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
                /** @description An id that begins with pln_. */
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "date": "2026-03-31"
                 *     }
                 */
                "application/json": {
                    date: components["schemas"]["Date"];
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "lateness",
                     *       "plan_status": "active",
                     *       "days_past_due": 5,
                     *       "bucket": "4_30",
                     *       "late_fees": 0,
                     *       "recoverable": 0,
                     *       "promised_on": "2026-03-20",
                     *       "hardship": null
                     *     }
                     */
                    "application/json": components["schemas"]["Lateness"];
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
    grantHardship: {
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
                /** @description An id that begins with pln_. */
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "income",
                 *       "periods": 6
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    reason: "income" | "family" | "disaster" | "other";
                    pause_until?: components["schemas"]["Date"];
                    periods?: number;
                    shopper_rate_ppm?: number;
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "lateness",
                     *       "plan_status": "active",
                     *       "days_past_due": 5,
                     *       "bucket": "4_30",
                     *       "late_fees": 0,
                     *       "recoverable": 0,
                     *       "promised_on": "2026-03-20",
                     *       "hardship": null
                     *     }
                     */
                    "application/json": components["schemas"]["Lateness"];
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
    waiveLateFee: {
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
                /** @description An id that begins with pln_. */
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "installment": 2
                 *     }
                 */
                "application/json": {
                    /** @description The number of the installment. */
                    installment: number;
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "lateness",
                     *       "plan_status": "active",
                     *       "days_past_due": 5,
                     *       "bucket": "4_30",
                     *       "late_fees": 0,
                     *       "recoverable": 0,
                     *       "promised_on": "2026-03-20",
                     *       "hardship": null
                     *     }
                     */
                    "application/json": components["schemas"]["Lateness"];
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
    listAppeals: {
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
            /** @description The oldest first. */
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
                     *           "id": "apl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "appeal",
                     *           "status": "granted",
                     *           "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "agreement_id": null,
                     *           "amount": 62000,
                     *           "currency": "CNY",
                     *           "created_at": "2026-03-01T08:30:00.000Z",
                     *           "asked_at": "2026-03-01T08:31:00.000Z",
                     *           "ended_at": "2026-03-01T09:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Appeal"][];
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
    decideAppeal: {
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
                /** @description An id that begins with apl_. */
                appeal_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "outcome": "granted",
                 *       "note": "The late payments were a mistake of the bank."
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    outcome: "upheld" | "granted";
                    /** @description Why; the shopper reads it. */
                    note: string;
                    /** @description Instead of what was decided about. */
                    grant_amount?: components["schemas"]["Amount"];
                    /** @description How long it holds; 14 days unless given. */
                    grant_days?: number;
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "apl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "appeal",
                     *       "status": "granted",
                     *       "checkout_session_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "agreement_id": null,
                     *       "amount": 62000,
                     *       "currency": "CNY",
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "asked_at": "2026-03-01T08:31:00.000Z",
                     *       "ended_at": "2026-03-01T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Appeal"];
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
    openDispute: {
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
                 *       "reason": "damaged",
                 *       "amount": 4000,
                 *       "text": "The cup was broken when it came."
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    reason: "not_received" | "damaged" | "not_as_described" | "unknown_order" | "canceled" | "charged_twice";
                    amount?: components["schemas"]["Amount"];
                    text: string;
                };
            };
        };
        responses: {
            /** @description It is open. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "open",
                     *       "reason": "damaged",
                     *       "amount": 4000,
                     *       "currency": "CNY",
                     *       "response_due_at": "2026-03-23T16:00:00.000Z",
                     *       "shopper_text": "The cup was broken when it came.",
                     *       "answer_text": null,
                     *       "decision_text": null,
                     *       "evidence": [
                     *         {
                     *           "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute_evidence",
                     *           "given_by": "shopper",
                     *           "name": "broken-cup.jpg",
                     *           "content_type": "image/jpeg",
                     *           "size": 182044,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-03-10T08:31:00.000Z"
                     *         }
                     *       ],
                     *       "refunded_amount": 0,
                     *       "refund_id": null,
                     *       "ended_by": null,
                     *       "allowed_actions": [
                     *         "answer",
                     *         "accept",
                     *         "add_evidence"
                     *       ],
                     *       "version": 1,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "answered_at": null,
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `dispute_open`: A dispute of the order is not decided yet.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `refund_exceeds_refundable`: The refund exceeds what can be refunded.
             *     - `return_open`: A return of the order is not answered yet.
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
                        code?: "clock_moving" | "dispute_open" | "idempotency_in_progress" | "refund_exceeds_refundable" | "return_open" | "state_conflict";
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
    decideDispute: {
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
                /** @description An id that begins with dsp_. */
                dispute_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "outcome": "partly_won",
                 *       "refunded_amount": 1500,
                 *       "note": "One of three cups was broken."
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    outcome: "won" | "lost" | "partly_won";
                    refunded_amount?: components["schemas"]["Amount"];
                    /** @description Why; both sides read it. */
                    note: string;
                };
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "dispute",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "status": "partly_won",
                     *       "reason": "damaged",
                     *       "amount": 4000,
                     *       "currency": "CNY",
                     *       "response_due_at": "2026-03-23T16:00:00.000Z",
                     *       "shopper_text": "The cup was broken when it came.",
                     *       "answer_text": "Two of three came whole.",
                     *       "decision_text": "One of three cups was broken.",
                     *       "evidence": [
                     *         {
                     *           "id": "evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "object": "dispute_evidence",
                     *           "given_by": "shopper",
                     *           "name": "broken-cup.jpg",
                     *           "content_type": "image/jpeg",
                     *           "size": 182044,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-03-10T08:31:00.000Z"
                     *         }
                     *       ],
                     *       "refunded_amount": 1500,
                     *       "refund_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "ended_by": "operator",
                     *       "allowed_actions": [],
                     *       "version": 3,
                     *       "created_at": "2026-03-10T08:30:00.000Z",
                     *       "answered_at": "2026-03-12T08:30:00.000Z",
                     *       "ended_at": "2026-03-14T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Dispute"];
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
    chargeBackRepayment: {
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
                /** @description An id that begins with rep_. */
                repayment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "cb-1"
                 *     }
                 */
                "application/json": {
                    reference: components["schemas"]["MerchantReference"];
                    /** @description By default all that was not sent back before. */
                    amount?: components["schemas"]["Amount"];
                    /** @default fraudulent */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description It is taken back. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "chb_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "chargeback",
                     *       "repayment_id": "rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "reference": "cb-1",
                     *       "reason": "fraudulent",
                     *       "amount": 2500,
                     *       "owed_again_amount": 2500,
                     *       "currency": "CNY",
                     *       "created_at": "2026-03-20T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Chargeback"];
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
    listScenarios: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their documents, by name; each is an example for one of your own. */
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
                     *           "name": "miss 2nd",
                     *           "description": "The second installment cannot be collected on its date.",
                     *           "order": {
                     *             "amount": 60000,
                     *             "plan_code": "pay_in_4",
                     *             "test_method": "ok",
                     *             "ship": true
                     *           },
                     *           "before": [],
                     *           "steps": [
                     *             {
                     *               "at": "due:2",
                     *               "do": "miss",
                     *               "times": 1
                     *             },
                     *             {
                     *               "do": "advance",
                     *               "until": "end"
                     *             }
                     *           ],
                     *           "expect": {
                     *             "plan": "paid",
                     *             "failed_repayments": 1
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: {
                            name: string;
                            /** @default  */
                            description: string;
                            order: {
                                amount: number;
                                /**
                                 * @default pay_in_4
                                 * @enum {string}
                                 */
                                plan_code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
                                /**
                                 * @default ok
                                 * @enum {string}
                                 */
                                test_method: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                                /**
                                 * @description Whether it ships whole, on the day it is placed.
                                 * @default true
                                 */
                                ship: boolean;
                            };
                            /**
                             * @description Faults that are arranged before the order is placed.
                             * @default []
                             */
                            before: ({
                                /** @constant */
                                do: "advance";
                                /** @description `end` is when the plan is over, or when nothing more happens to it by itself. */
                                until: string | ("next_event" | "end");
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at: string;
                                /** @constant */
                                do: "miss";
                                /** @default 1 */
                                times: number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "pay";
                                /** @description Half of the next installment, all of it, all that is owed, or an amount. */
                                part: ("half" | "next" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "ship";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "void";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "refund";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "declare_return";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "accept_return";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "reject_return";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "card_expires";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "change_card";
                                /**
                                 * @default ok
                                 * @enum {string}
                                 */
                                test_method: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "fault";
                                fault: {
                                    /** @constant */
                                    kind: "card_declines";
                                    /** @default 1 */
                                    times: number;
                                    /**
                                     * @default insufficient_funds
                                     * @enum {string}
                                     */
                                    decline_code: "insufficient_funds" | "generic_decline" | "expired_card" | "do_not_honor";
                                } | {
                                    /** @enum {string} */
                                    kind: "processor_timeout" | "processor_late_answer" | "webhook_lost" | "double_webhook";
                                    /** @default 1 */
                                    times: number;
                                } | {
                                    /** @enum {string} */
                                    kind: "funder_down" | "funder_flaps";
                                    /**
                                     * @description Which funders.
                                     * @default all
                                     * @enum {string}
                                     */
                                    which: "first" | "all";
                                } | {
                                    /** @enum {string} */
                                    kind: "funder_refuses" | "funder_hangs";
                                    /** @default 1 */
                                    times: number;
                                    /**
                                     * @description Which funders.
                                     * @default all
                                     * @enum {string}
                                     */
                                    which: "first" | "all";
                                };
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "clear_faults";
                            })[];
                            steps: ({
                                /** @constant */
                                do: "advance";
                                /** @description `end` is when the plan is over, or when nothing more happens to it by itself. */
                                until: string | ("next_event" | "end");
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at: string;
                                /** @constant */
                                do: "miss";
                                /** @default 1 */
                                times: number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "pay";
                                /** @description Half of the next installment, all of it, all that is owed, or an amount. */
                                part: ("half" | "next" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "ship";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "void";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "refund";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "declare_return";
                                /**
                                 * @description Half of it, all that is left of it, or an amount in minor units.
                                 * @default rest
                                 */
                                part: ("half" | "rest") | number;
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "accept_return";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "reject_return";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "card_expires";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "change_card";
                                /**
                                 * @default ok
                                 * @enum {string}
                                 */
                                test_method: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "fault";
                                fault: {
                                    /** @constant */
                                    kind: "card_declines";
                                    /** @default 1 */
                                    times: number;
                                    /**
                                     * @default insufficient_funds
                                     * @enum {string}
                                     */
                                    decline_code: "insufficient_funds" | "generic_decline" | "expired_card" | "do_not_honor";
                                } | {
                                    /** @enum {string} */
                                    kind: "processor_timeout" | "processor_late_answer" | "webhook_lost" | "double_webhook";
                                    /** @default 1 */
                                    times: number;
                                } | {
                                    /** @enum {string} */
                                    kind: "funder_down" | "funder_flaps";
                                    /**
                                     * @description Which funders.
                                     * @default all
                                     * @enum {string}
                                     */
                                    which: "first" | "all";
                                } | {
                                    /** @enum {string} */
                                    kind: "funder_refuses" | "funder_hangs";
                                    /** @default 1 */
                                    times: number;
                                    /**
                                     * @description Which funders.
                                     * @default all
                                     * @enum {string}
                                     */
                                    which: "first" | "all";
                                };
                            } | {
                                /**
                                 * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                                 * @example due:2
                                 */
                                at?: string;
                                /** @constant */
                                do: "clear_faults";
                            })[];
                            /** @default {} */
                            expect: {
                                /** @enum {string} */
                                plan?: "pending" | "active" | "paid" | "canceled" | "charged_off" | "recovered";
                                failed_repayments?: number;
                                /** @enum {string} */
                                funder?: "first" | "other";
                                /** @enum {string} */
                                refused?: "malformed_json" | "malformed_header" | "duplicate_header" | "body_forbidden" | "digest_missing" | "digest_mismatch" | "idempotency_key_missing" | "idempotency_key_invalid" | "cursor_invalid" | "target_not_normalized" | "signature_missing" | "signature_malformed" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "key_unknown" | "algorithm_mismatch" | "nonce_reused" | "token_invalid" | "authorization_declined" | "payment_declined" | "limit_exceeded" | "agreement_ceiling_exceeded" | "scope_missing" | "origin_forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "idempotency_in_progress" | "state_conflict" | "merchant_reference_in_use" | "merchant_reference_reversed" | "capture_reference_in_use" | "refund_reference_in_use" | "return_reference_in_use" | "extension_reference_in_use" | "amount_mismatch" | "currency_mismatch" | "checkout_token_used" | "capture_exceeds_authorized" | "installments_exceeded" | "refund_exceeds_refundable" | "return_open" | "dispute_open" | "evidence_limit" | "extension_exhausted" | "extension_refused" | "agreement_suspended" | "agreement_ended" | "plan_already_paid" | "early_payout_unavailable" | "clock_moving" | "checkout_session_expired" | "checkout_token_expired" | "authorization_expired" | "body_too_large" | "content_type_unsupported" | "validation_failed" | "evidence_unreadable" | "currency_unsupported" | "amount_invalid" | "idempotency_key_reused" | "url_forbidden" | "key_unacceptable" | "rate_limited" | "internal_error" | "processor_unavailable" | "funder_unavailable" | "unavailable";
                                /** @constant */
                                feed?: "contiguous";
                                events?: ("checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "webhook_endpoint.disabled")[];
                            };
                        }[];
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
    runScenario: {
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
                 *       "name": "miss 2nd"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    order?: {
                        amount?: number;
                        /**
                         * @default pay_in_4
                         * @enum {string}
                         */
                        plan_code?: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
                        /**
                         * @default ok
                         * @enum {string}
                         */
                        test_method?: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                        /**
                         * @description Whether it ships whole, on the day it is placed.
                         * @default true
                         */
                        ship?: boolean;
                    };
                    /** @description A story of one order: what happens when, and what must have come of it. */
                    document?: {
                        name: string;
                        /** @default  */
                        description?: string;
                        order: {
                            amount: number;
                            /**
                             * @default pay_in_4
                             * @enum {string}
                             */
                            plan_code?: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
                            /**
                             * @default ok
                             * @enum {string}
                             */
                            test_method?: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                            /**
                             * @description Whether it ships whole, on the day it is placed.
                             * @default true
                             */
                            ship?: boolean;
                        };
                        /**
                         * @description Faults that are arranged before the order is placed.
                         * @default []
                         */
                        before?: ({
                            /** @constant */
                            do: "advance";
                            /** @description `end` is when the plan is over, or when nothing more happens to it by itself. */
                            until: string | ("next_event" | "end");
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at: string;
                            /** @constant */
                            do: "miss";
                            /** @default 1 */
                            times?: number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "pay";
                            /** @description Half of the next installment, all of it, all that is owed, or an amount. */
                            part: ("half" | "next" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "ship";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "void";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "refund";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "declare_return";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "accept_return";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "reject_return";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "card_expires";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "change_card";
                            /**
                             * @default ok
                             * @enum {string}
                             */
                            test_method?: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "fault";
                            fault: {
                                /** @constant */
                                kind: "card_declines";
                                /** @default 1 */
                                times?: number;
                                /**
                                 * @default insufficient_funds
                                 * @enum {string}
                                 */
                                decline_code?: "insufficient_funds" | "generic_decline" | "expired_card" | "do_not_honor";
                            } | {
                                /** @enum {string} */
                                kind: "processor_timeout" | "processor_late_answer" | "webhook_lost" | "double_webhook";
                                /** @default 1 */
                                times?: number;
                            } | {
                                /** @enum {string} */
                                kind: "funder_down" | "funder_flaps";
                                /**
                                 * @description Which funders.
                                 * @default all
                                 * @enum {string}
                                 */
                                which?: "first" | "all";
                            } | {
                                /** @enum {string} */
                                kind: "funder_refuses" | "funder_hangs";
                                /** @default 1 */
                                times?: number;
                                /**
                                 * @description Which funders.
                                 * @default all
                                 * @enum {string}
                                 */
                                which?: "first" | "all";
                            };
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "clear_faults";
                        })[];
                        steps: ({
                            /** @constant */
                            do: "advance";
                            /** @description `end` is when the plan is over, or when nothing more happens to it by itself. */
                            until: string | ("next_event" | "end");
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at: string;
                            /** @constant */
                            do: "miss";
                            /** @default 1 */
                            times?: number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "pay";
                            /** @description Half of the next installment, all of it, all that is owed, or an amount. */
                            part: ("half" | "next" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "ship";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "void";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "refund";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "declare_return";
                            /**
                             * @description Half of it, all that is left of it, or an amount in minor units.
                             * @default rest
                             */
                            part?: ("half" | "rest") | number;
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "accept_return";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "reject_return";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "card_expires";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "change_card";
                            /**
                             * @default ok
                             * @enum {string}
                             */
                            test_method?: "ok" | "ok_unionpay" | "declined" | "insufficient_funds" | "insufficient_funds_once" | "expired_card" | "timeout" | "answer_lost";
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "fault";
                            fault: {
                                /** @constant */
                                kind: "card_declines";
                                /** @default 1 */
                                times?: number;
                                /**
                                 * @default insufficient_funds
                                 * @enum {string}
                                 */
                                decline_code?: "insufficient_funds" | "generic_decline" | "expired_card" | "do_not_honor";
                            } | {
                                /** @enum {string} */
                                kind: "processor_timeout" | "processor_late_answer" | "webhook_lost" | "double_webhook";
                                /** @default 1 */
                                times?: number;
                            } | {
                                /** @enum {string} */
                                kind: "funder_down" | "funder_flaps";
                                /**
                                 * @description Which funders.
                                 * @default all
                                 * @enum {string}
                                 */
                                which?: "first" | "all";
                            } | {
                                /** @enum {string} */
                                kind: "funder_refuses" | "funder_hangs";
                                /** @default 1 */
                                times?: number;
                                /**
                                 * @description Which funders.
                                 * @default all
                                 * @enum {string}
                                 */
                                which?: "first" | "all";
                            };
                        } | {
                            /**
                             * @description A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, `due:last+31` so many days after the last one; `order+5` is five days after the order.
                             * @example due:2
                             */
                            at?: string;
                            /** @constant */
                            do: "clear_faults";
                        })[];
                        /** @default {} */
                        expect?: {
                            /** @enum {string} */
                            plan?: "pending" | "active" | "paid" | "canceled" | "charged_off" | "recovered";
                            failed_repayments?: number;
                            /** @enum {string} */
                            funder?: "first" | "other";
                            /** @enum {string} */
                            refused?: "malformed_json" | "malformed_header" | "duplicate_header" | "body_forbidden" | "digest_missing" | "digest_mismatch" | "idempotency_key_missing" | "idempotency_key_invalid" | "cursor_invalid" | "target_not_normalized" | "signature_missing" | "signature_malformed" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "key_unknown" | "algorithm_mismatch" | "nonce_reused" | "token_invalid" | "authorization_declined" | "payment_declined" | "limit_exceeded" | "agreement_ceiling_exceeded" | "scope_missing" | "origin_forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "idempotency_in_progress" | "state_conflict" | "merchant_reference_in_use" | "merchant_reference_reversed" | "capture_reference_in_use" | "refund_reference_in_use" | "return_reference_in_use" | "extension_reference_in_use" | "amount_mismatch" | "currency_mismatch" | "checkout_token_used" | "capture_exceeds_authorized" | "installments_exceeded" | "refund_exceeds_refundable" | "return_open" | "dispute_open" | "evidence_limit" | "extension_exhausted" | "extension_refused" | "agreement_suspended" | "agreement_ended" | "plan_already_paid" | "early_payout_unavailable" | "clock_moving" | "checkout_session_expired" | "checkout_token_expired" | "authorization_expired" | "body_too_large" | "content_type_unsupported" | "validation_failed" | "evidence_unreadable" | "currency_unsupported" | "amount_invalid" | "idempotency_key_reused" | "url_forbidden" | "key_unacceptable" | "rate_limited" | "internal_error" | "processor_unavailable" | "funder_unavailable" | "unavailable";
                            /** @constant */
                            feed?: "contiguous";
                            events?: ("checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "webhook_endpoint.disabled")[];
                        };
                    };
                };
            };
        };
        responses: {
            /** @description The run is over. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "scn_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "scenario_run",
                     *       "name": "miss 2nd",
                     *       "description": "The second installment cannot be collected on its date.",
                     *       "status": "passed",
                     *       "currency": "CNY",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "calendar_before": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 0,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "due"
                     *         }
                     *       ],
                     *       "calendar_after": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 15000,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "paid"
                     *         }
                     *       ],
                     *       "steps": [
                     *         {
                     *           "number": 1,
                     *           "at": "2026-03-01T08:30:00.000Z",
                     *           "on": "2026-03-01",
                     *           "do": "ship",
                     *           "detail": "the shop ships and captures",
                     *           "amount": 60000,
                     *           "events": [
                     *             {
                     *               "type": "order.captured",
                     *               "at": "2026-03-01T08:30:00.000Z",
                     *               "on": "2026-03-01",
                     *               "amount": 60000
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "event_types": [
                     *         "order.captured"
                     *       ],
                     *       "expectations": [
                     *         {
                     *           "name": "plan",
                     *           "expected": "paid",
                     *           "actual": "paid",
                     *           "met": true
                     *         }
                     *       ],
                     *       "books": {
                     *         "balanced": true,
                     *         "invariants": [
                     *           {
                     *             "name": "principal_is_participation",
                     *             "checked": 1,
                     *             "broken": 0
                     *           }
                     *         ]
                     *       },
                     *       "faults": [
                     *         {
                     *           "kind": "card_declines",
                     *           "times": 1,
                     *           "used": 1
                     *         }
                     *       ],
                     *       "failure": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "finished_at": "2026-04-11T16:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ScenarioRun"];
                };
            };
            /** @description The run goes on; read it until its status is no longer running. */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "scn_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "scenario_run",
                     *       "name": "miss 2nd",
                     *       "description": "The second installment cannot be collected on its date.",
                     *       "status": "passed",
                     *       "currency": "CNY",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "calendar_before": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 0,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "due"
                     *         }
                     *       ],
                     *       "calendar_after": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 15000,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "paid"
                     *         }
                     *       ],
                     *       "steps": [
                     *         {
                     *           "number": 1,
                     *           "at": "2026-03-01T08:30:00.000Z",
                     *           "on": "2026-03-01",
                     *           "do": "ship",
                     *           "detail": "the shop ships and captures",
                     *           "amount": 60000,
                     *           "events": [
                     *             {
                     *               "type": "order.captured",
                     *               "at": "2026-03-01T08:30:00.000Z",
                     *               "on": "2026-03-01",
                     *               "amount": 60000
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "event_types": [
                     *         "order.captured"
                     *       ],
                     *       "expectations": [
                     *         {
                     *           "name": "plan",
                     *           "expected": "paid",
                     *           "actual": "paid",
                     *           "met": true
                     *         }
                     *       ],
                     *       "books": {
                     *         "balanced": true,
                     *         "invariants": [
                     *           {
                     *             "name": "principal_is_participation",
                     *             "checked": 1,
                     *             "broken": 0
                     *           }
                     *         ]
                     *       },
                     *       "faults": [
                     *         {
                     *           "kind": "card_declines",
                     *           "times": 1,
                     *           "used": 1
                     *         }
                     *       ],
                     *       "failure": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "finished_at": "2026-04-11T16:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ScenarioRun"];
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
    getScenarioRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id that begins with scn_. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run as far as it has come. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "scn_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "scenario_run",
                     *       "name": "miss 2nd",
                     *       "description": "The second installment cannot be collected on its date.",
                     *       "status": "passed",
                     *       "currency": "CNY",
                     *       "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "calendar_before": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 0,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "due"
                     *         }
                     *       ],
                     *       "calendar_after": [
                     *         {
                     *           "number": 1,
                     *           "due_date": "2026-03-01",
                     *           "amount": 15000,
                     *           "paid_amount": 15000,
                     *           "principal": 15000,
                     *           "interest": 0,
                     *           "fee": 0,
                     *           "status": "paid"
                     *         }
                     *       ],
                     *       "steps": [
                     *         {
                     *           "number": 1,
                     *           "at": "2026-03-01T08:30:00.000Z",
                     *           "on": "2026-03-01",
                     *           "do": "ship",
                     *           "detail": "the shop ships and captures",
                     *           "amount": 60000,
                     *           "events": [
                     *             {
                     *               "type": "order.captured",
                     *               "at": "2026-03-01T08:30:00.000Z",
                     *               "on": "2026-03-01",
                     *               "amount": 60000
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "event_types": [
                     *         "order.captured"
                     *       ],
                     *       "expectations": [
                     *         {
                     *           "name": "plan",
                     *           "expected": "paid",
                     *           "actual": "paid",
                     *           "met": true
                     *         }
                     *       ],
                     *       "books": {
                     *         "balanced": true,
                     *         "invariants": [
                     *           {
                     *             "name": "principal_is_participation",
                     *             "checked": 1,
                     *             "broken": 0
                     *           }
                     *         ]
                     *       },
                     *       "faults": [
                     *         {
                     *           "kind": "card_declines",
                     *           "times": 1,
                     *           "used": 1
                     *         }
                     *       ],
                     *       "failure": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "finished_at": "2026-04-11T16:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ScenarioRun"];
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
                    plan_code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
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
                     *       "channel": "online",
                     *       "pay_after_days": null,
                     *       "repayment_day": null,
                     *       "url": "https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA",
                     *       "shopper_id": null,
                     *       "plan_code": "pay_in_4",
                     *       "confirmed_offer": null,
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
            /**
             * @description - `funder_unavailable`: No funder is available.
             *     - `unavailable`: The service is not available.
             */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "funder_unavailable" | "unavailable";
                    };
                };
            };
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
                     *           "occurred_at": "2026-03-01T08:30:00.000Z",
                     *           "not_before": null
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
