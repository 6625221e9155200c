// Generated from openapi.yaml by `npm run contract`.
export interface paths {
    "/v1/checkout-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List checkout sessions
         * @description Your sessions in the order of their creation. Use it to find a session again by your own reference, or to see which ones wait to be authorized (`status=confirmed`).
         */
        get: operations["listCheckoutSessions"];
        put?: never;
        /**
         * Open a checkout session
         * @description Begins the payment of one cart. Send the shopper to `url` (or show `qr_url` at a counter); there they sign in, see what they may pay later, choose a plan and confirm.
         *
         *     Keep the session's id with the cart. When the shopper is back at `return_url`, or when the event `checkout_session.confirmed` tells you so, read the session: while it is confirmed it carries `checkout_token`, with which you authorize the order. A session that nobody confirms expires by itself, and a reference is free again once its session has ended without an order.
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
        /**
         * Read a checkout session
         * @description How one session stands. Call it when the shopper comes back, whatever the address in the browser says: a return is only a hint. Compare reference, amount, currency and `lines_hash` with your cart; if `status` is `confirmed`, authorize the order with `checkout_token`.
         */
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
         * @description Ends an open or confirmed session, for instance when the cart was changed or paid in another way. What it held of the shopper's limit is released at once, the token stops working, and the hosted page says so to whoever still looks at it. An order that was made of it already is not touched: void that instead.
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
         * @description Call it when you open the checkout in a window of its own, and give the token to the page that opened it. On pages of the `return_url`'s origin, and there only, it reads the status of this session, for 30 minutes. It can do nothing else, and what counts is still what your server reads.
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
        /**
         * List orders
         * @description Your orders in the order of their creation. Use it to find an order by your own reference or to look through those of a time or a status. To follow what changes, read the events instead.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Authorize an order
         * @description Turns a confirmed session into an order, by spending its checkout token. Reference, amount and currency must be those that the shopper agreed to.
         *
         *     Call it as soon as the session is confirmed, and send the goods only after it succeeded. The amount is promised to you until `expires_at`, seven days later; no money moves before the first capture. If the answer never reaches you, send the same request again with the same Idempotency-Key.
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
         * @description For when you do not know whether your request arrived, and no longer want the order. Names it by your own reference: voids and refunds whatever became of it, and refuses an authorization of it that arrives later. It answers the same when there was no order, so you can send it as often as it takes until there is an answer.
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
        /**
         * Read an order
         * @description One order with its amounts: authorized, captured, voided, refunded, and what can still be captured or refunded. `allowed_actions` says what you may do with it now.
         */
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
        /**
         * List an order's captures
         * @description What of an order was captured so far, each with your reference and the fee that it was charged, the oldest first.
         */
        get: operations["listCaptures"];
        put?: never;
        /**
         * Capture an order
         * @description Call it when goods are shipped, whole or in part. The shopper's debt starts, the first payment is taken where the plan has one, and the amount comes into your next settlement, less the fee.
         *
         *     With `final` what is left is voided in the same step, as when a stay or a rental costs less than was authorized. Without it the rest can be captured later, until the authorization expires. `reference` is your own number of the shipment: the same one is never captured twice.
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
         * @description Releases what an order still holds, when the goods or the rest of them will not be shipped. The shopper's limit is free again at once. After a capture the order stays captured, with the rest voided. For goods that were captured already, refund.
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
        /**
         * List an order's refunds
         * @description What of an order was refunded so far, how much of it came off the debt and how much went back to the card, the oldest first.
         */
        get: operations["listRefunds"];
        put?: never;
        /**
         * Refund captured goods
         * @description Gives the shopper back what they owe or paid for captured goods. The amount is taken off the debt, from the last installment or pro rata as the plan says; what is more than owed returns to the card, with the interest that the goods have borne.
         *
         *     It comes off your next settlement, and the rate part of the fee comes back to you. A declared return of as much is accepted by it. The debt falls at once; `refund.succeeded` tells when money that goes back was sent.
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
        /**
         * List returns
         * @description Returns that you or your shoppers declared, in the order of their declaration. `status=declared` gives those that wait for you; each says in `respond_by` for how long.
         */
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
        /**
         * Read a return
         * @description One return: what is said to come back and why, until when you are expected to answer, and how it ended.
         */
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
         * @description Says that the goods did not come, or not as they should, and why. Nothing is refunded, the dues go on, and the shopper is told the reason; they may dispute the order then.
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
        /**
         * List disputes
         * @description Disputes of your orders in the order in which they were opened. `status=open` gives those that wait for your answer; each says in `response_due_at` for how long. One that nobody answers is lost.
         */
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
        /**
         * Read a dispute
         * @description One dispute: what the shopper says, how much is disputed and set apart, until when you are expected to answer, which files there are, and how it ended.
         */
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
         * @description A file with its bytes in base64: yours, or one that the shopper gave. Treat what a stranger gave as what it is, and do not open it in a browser.
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
         * @description Gives in: all that is disputed is refunded out of what was set apart, and the rate part of the fee comes back as with a refund. The dispute is lost and closed at once, without anybody deciding.
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
        /**
         * List agreements
         * @description Your agreements in the order of their creation, also those that have ended. Use it to find one by your own reference, such as the customer's number.
         */
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
        /**
         * Read an agreement
         * @description One agreement: whether orders can be authorized by it now, its ceilings, and who ended it if it has ended.
         */
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
         * @description The debt of one order: what was agreed, and its schedule as it is today, with what is paid of each installment. You are paid whatever becomes of it, so this is for showing it to your customer or to your support.
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
        /**
         * List settlements
         * @description Your settlements in the order of their creation. Each is everything of one business date in one currency, or of what you asked to be paid early. An open one has no sum yet.
         */
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
        /**
         * Read a settlement
         * @description One settlement with its net: positive when you are paid, negative when refunds and fees were more than what you captured, which is carried over to the next one.
         */
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
        /**
         * List a settlement's lines
         * @description Every line of a settlement in its order: captures, refunds, fees, reserves, disputes. They sum to its net, and each names the order and what caused it, so that your bookkeeping can match them one by one.
         */
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
        /**
         * Ask what an early payout would cost and bring
         * @description What you would get if you asked to be paid now instead of after the end of the date, and what that would cost by your terms. Nothing changes by asking.
         */
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
        /**
         * List payouts
         * @description Transfers to your bank account in the order of their creation. A payout that failed or came back is followed by a new one of the same settlement.
         */
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
        /**
         * Read a payout
         * @description One payout: its amount, the settlement that it pays, and how far it is. While it is held, `hold_reason` says why and `hold_until` until when.
         */
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
         * @description The lines of the payout's settlement, which sum to the payout: what each cent on your bank statement is for.
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
         * @description From one line of a payout to its order, the capture, refund or other event that caused it, and the transfers in the ledger that sum to it. Use it when somebody asks what an amount is for.
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
         * @description From one line of a settlement to its order, the capture, refund or other event that caused it, and the transfers in the ledger that sum to it. Use it when somebody asks what an amount is for.
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
        /**
         * Read by which terms your money is reckoned
         * @description The fees, reserve and early-payout price that you agreed on, from which date on, and how far the volume of this month has come on the way to the next tier.
         */
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
         * @description Agrees on other fee tiers, a reserve or an early-payout price, to test your bookkeeping with them. They hold from a date on, today by default; what was charged before stays as it was. In live, terms are agreed with the platform.
         */
        put: operations["putSandboxSettlementTerms"];
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
         * @description Says what a processor would say of a payout, to test what you do when money comes back. A paid payout that failed after all comes back and is sent again. News of a payout that is unknown, was never sent or is over books nothing and is parked for people to look at.
         */
        post: operations["createSandboxPayoutNews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/funder/holdings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the plans that you own
         * @description Your part of each plan at the end of a business date, by the ledger: Σ `principal` is your `participation`, Σ `accrued_interest` and `fees` your `accrued`, to the cent. Plans that owe you nothing are left out.
         */
        get: operations["listFunderHoldings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/funder/statements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what moved on your accounts
         * @description From the beginning of one business date to the end of another one: what each account held before, what moved it, and what it held then; and each movement, in the order in which they were posted. The closing of one period is the opening of the next.
         */
        get: operations["getFunderStatement"];
        put?: never;
        post?: never;
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
         * @description The source of truth: contiguous numbers, in order. Webhooks only tell you to look here. With `wait`, the answer waits for the first event when nothing follows yet. A filter (`type`, `object_id`) skips numbers: those in `data` then have gaps, and `data` may be empty although `has_more` is true, because one answer looks through at most 10,000 numbers. Go on with `next_after`, which may lie beyond the last event in `data`.
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
        /**
         * Read an event
         * @description As it stands in the feed, for instance by the id in the `webhook-id` of a webhook.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the checkpoints of the feed
         * @description The gateway’s signature under everything in your feed up to a number, each naming the one before: keep them, and check offline that no event was changed, removed or inserted. At most 100 events lie between two; they are made within an hour of an event, in a sandbox within seconds.
         */
        get: operations["listEventCheckpoints"];
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
        /**
         * List webhook endpoints
         * @description All endpoints that you registered, also disabled ones with the reason. Secrets are not shown again.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Register a webhook endpoint
         * @description Registers an address of yours that is told of events from now on, of all types (`*`) or of those that you name. Its address first has to answer a challenge, as the SDK does (`webhookAnswer`); what happens meanwhile is sent then. Deliveries follow Standard Webhooks and are signed; the secret is told in this answer and never again. A merchant has at most ten endpoints, and each may stand for another system of yours.
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
        /**
         * Delete a webhook endpoint
         * @description Removes an endpoint. What waits for it is not sent any more; nothing is lost, because the feed has every event.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint, or enable it again
         * @description What is not sent stays. The secret and the key stay in any case. What waits for its next attempt goes to the new URL, once that has answered a challenge. `"status": "enabled"` challenges an unproven one at once. An endpoint that is enabled again gets events from then on; a redelivery sends those in between.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook endpoint a new secret
         * @description The new secret is told in this answer and never again. The one before signs as well for 24 hours, so that you can change over without a gap; a second rotation ends it at once.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to a webhook endpoint
         * @description Records one event `webhook_endpoint.test`. It stands in your feed like any other and is sent to this endpoint alone, whatever its types are.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpoint_id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events to a webhook endpoint again
         * @description One event, whatever the endpoint’s types are; or what follows a number and is of its types, 1,000 numbers at a time: go on with `next_after` while `has_more`. What waits for its next attempt is sent at once; the rest is sent anew, under the same `webhook-id`, with attempts of its own.
         */
        post: operations["redeliverEvents"];
        delete?: never;
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
        /**
         * List an endpoint's deliveries
         * @description Every attempt to reach an endpoint, with the status that it answered and when the next attempt is due. Look here when a webhook did not arrive.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description Those that are registered, and those that were; keys of a key source are not among them.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Register a key, or rotate one
         * @description The request is signed by an active key, and `proof` by the new one: a compact JWS of `typ` `morrow-key+jwt` with `iss` (the merchant's id), `aud` (the origin of this API), `iat` (within 300 s) and `jti` (taken once). There are at most 10 active keys, and none has more scopes than the one that signs here.
         *
         *     With `replaces` the other key ends after an overlap in which both sign, so that servers can change one after the other.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{kid}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a key
         * @description Within five seconds the gateway knows it no more than a key that never was. There has to be another key with the scope `keys` that does not expire, or a key source with it. Revoking it again changes nothing.
         */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/key-source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the key source
         * @description Where your keys are fetched from and with which scopes they sign. Without a source, its members are null and empty.
         */
        get: operations["getKeySource"];
        /**
         * Set or end the key source
         * @description A JWK Set (RFC 7517) at an address of yours, whose keys may sign as `<merchant id>/<kid>` with these scopes, which the key that signs here has to have. It is fetched at once, and kept for 5 minutes when it is used; a key that it does not have makes the gateway look again, at most once a minute; while it cannot be fetched, the last one is good for an hour. `"jwks_url": null` ends it.
         */
        put: operations["setKeySource"];
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
        /**
         * Read what the pages of a shop need to know
         * @description What the pages of a shop need to know before they draw anything: its name, currency, plans, the smallest and largest amount, and the languages there are. Keep it for a minute, then ask again with its ETag.
         */
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
         * @description Whether an amount can be paid later at all, so that a page does not offer what no checkout would. It says nothing about a shopper: who may have how much is decided in the checkout. Keep it for a minute, then ask again with its ETag.
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
         * @description For the page that opened the checkout in a window of its own: poll it every few seconds, to learn when the shopper is done. It is a hint for the page; what counts is what your server reads, signed.
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
         * @description Gives you a gateway of your own to test with, at once and for nothing. Sign the request with the key that the body registers; `keyid` is the key's `kid`, by default its RFC 7638 thumbprint. From then on sign with `key_id` of the answer.
         *
         *     The sandbox comes with a merchant, two funders and two shoppers who are known already, has a clock that stands until you move it, and lives for 30 days. One network address may open only a few in an hour.
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
        /**
         * Read the sandbox of the key
         * @description The sandbox that your key belongs to: where its clock stands, whether it is moving, when the sandbox ends, and the address of its inbox.
         */
        get: operations["getSandbox"];
        put?: never;
        post?: never;
        /**
         * End the sandbox of the key
         * @description Ends the sandbox before its 30 days are over. Its keys and pages stop working within five seconds, and what is in it is deleted.
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
         * @description Walks forward one business date after the other: what falls due is collected, what is over expires, settlements close. Name exactly one of an instant, a number of days, and the next business event; at most ten years. Within 31 days the answer comes when the clock has arrived, or after 20 seconds in a sandbox with much to do; a farther way goes on behind it, and `clock` shows how far it has come. Writes are refused with `clock_moving` meanwhile.
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
        /**
         * List the sandbox's faults
         * @description The faults that were not cleared, with how often each has happened.
         */
        get: operations["listFaults"];
        put?: never;
        /**
         * Let something go wrong in the sandbox
         * @description Plants something that is to go wrong: a processor that does not answer, a webhook that is lost, funders that are down. Each fault happens as often as it says, the oldest first, and always in the same way, so a test that met it once meets it again.
         */
        post: operations["createFault"];
        /**
         * Clear all of the sandbox's faults
         * @description Lets everything go well again: no fault happens any more, and funders that were down lend again. Call it at the end of a test.
         */
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
         * @description Ends one fault. It happens no more; a funder that it had down lends again.
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
         * @description How late a plan is, and what was arranged about it: promises, hardship, fees. This is between the shopper and the lender; live shows it to no merchant.
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
         * @description Does what a shopper does who cannot pay on the due date: names another one, at most 14 days ahead. Until then nobody reminds, collects or charges a late fee.
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
         * @description Does what a shopper may do once for a plan: moves its first missed installment to another date, at most 30 days ahead, free of charge.
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
        /**
         * Let go of a late fee, as the lender
         * @description Lets go of what is unpaid of a late fee, as the lender does when it was charged for a good reason to be lenient. What was paid of it stays paid.
         */
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
         * @description Does what a shopper does on their account page, to test how you answer. The dues stand still and the amount is set apart from your settlement until the dispute is over. Without an amount, all that can be refunded is disputed.
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
         * @description Does what an operator does with a dispute that you have answered: for you, against you, or a part. A part that is refunded is named, and only that.
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
        /**
         * List the scenarios that come with the gateway
         * @description The stories that come with the gateway, each with what it shows. Run one by its name.
         */
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
        /**
         * Read how a scenario ran
         * @description How far a run has come: each step with what it did and what was expected, and whether the books were right at its end.
         */
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
         * @description Does what the hosted page does for a person whose identity is known, without a browser: for your own automatic tests. The session is confirmed and carries its checkout token; a declining person or card gets the 402 that a shopper would see as a page.
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
        /**
         * Read the sandbox's inbox
         * @description What shoppers of the sandbox were written, the newest first: codes to sign in, reminders, receipts. Nothing is sent to anybody real.
         */
        get: operations["listInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/funder-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a key for a funder of the sandbox
         * @description With the private key you then are that funder and may read what it owns. A funder has at most ten active keys.
         */
        post: operations["createFunderKey"];
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
         * @description The books of the sandbox: debits and credits by account code, which are the same in both columns for each currency, with the invariants that were checked. Use it to see that your test ended with books that are right.
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
    "/v1/sandbox/bank-account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the bank account that payouts go to in the sandbox
         * @description The number of a test account says whether it is verified: 62990001 and any eight digits is, 62990007… has another holder, 62990008… is closed, 62990009… does not exist. The holder has to be your own name, whatever its case, width and spaces. After a change payouts are held for 72 hours by the clock of the sandbox. `payout_account` says how they go then: acct_test_merchant is paid at once, acct_test_slow after two business dates, acct_test_refused is refused by its bank on the way, acct_test_fails takes no transfers, acct_test_returned is paid and then sent back.
         */
        put: operations["putSandboxBankAccount"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/plans/{plan_id}/bank-debit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect a plan from its shopper's bank account
         * @description Does what the shopper does in their account: binds a test account of their own, allows debits of it, and chooses it for the plan. Each debit is answered two business days later by the clock of the sandbox: `pays` is paid, `returned_late` is paid and taken back 30 days after that, the others fail for the reason that they are named after.
         */
        post: operations["debitSandboxPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/owners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say to whom your shop belongs in the sandbox
         * @description Names test persons as the owners of your shop, in the place of those named before, to see what happens when one of them buys there: whoever is verified as an owner is declined at your shop and nowhere else. In live, owners are part of the business details that a person reads.
         */
        put: operations["putSandboxOwners"];
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
         * @description What the gateway signs with (RFC 7517), the newest first: answers, receipts, seals, event checkpoints and client tokens. Fetch it again when you meet a `kid` that you do not know, but not for every signature.
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
        /**
         * Whether the process is up
         * @description Whether the process is up; it looks at nothing else. For whatever restarts processes that hang.
         */
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
        /**
         * Whether the process can serve: its database answers and has the right schema
         * @description Whether the process can serve: its database answers and has the right schema, and it was not told to end. For whatever decides which processes get requests.
         */
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
export interface webhooks {
    "checkout_session.confirmed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A shopper chose a plan and confirmed; the order can be authorized.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onCheckoutSessionConfirmed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "checkout_session.canceled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A checkout session was canceled before it became an order.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onCheckoutSessionCanceled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "checkout_session.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A checkout session ran out of time before it became an order.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onCheckoutSessionExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "checkout_session.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A confirmed checkout session became an order.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onCheckoutSessionCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.authorized": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An order was authorized; no money has moved yet.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderAuthorized"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.partially_captured": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A part of an order was captured; the rest can still be captured.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderPartiallyCaptured"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.captured": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An order was captured as far as it will be.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderCaptured"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.voided": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An order was voided before anything of it was captured.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderVoided"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.extended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An authorization was extended; it expires later.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderExtended"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An authorization will expire soon; capture it or void it.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderExpiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An authorization expired before anything of it was captured.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onOrderExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A refund was accepted and reduces the debt.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRefundCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.succeeded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A refund is finished; money that went back has been sent.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRefundSucceeded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The money of a refund could not be sent back.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRefundFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "return.declared": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goods are said to be on their way back; the dues are paused until the merchant answers.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onReturnDeclared"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "return.accepted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A return was accepted by a refund; the dues go on with what is left.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onReturnAccepted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "return.rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A return was rejected with a reason; the dues go on.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onReturnRejected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "return.withdrawn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The shopper withdrew a return; the dues go on.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onReturnWithdrawn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "return.released": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A return was not answered in time; the dues go on, and the shopper may dispute.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onReturnReleased"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "dispute.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A shopper disputes an order: answer until `response_due_at`. The dues are paused and the amount is set apart.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onDisputeCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "dispute.response_due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A dispute is to be answered soon; silence until `response_due_at` loses it.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onDisputeResponseDue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "dispute.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A dispute was answered; a person decides.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onDisputeUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "dispute.evidence_added": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A file was added to a dispute.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onDisputeEvidenceAdded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "dispute.closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A dispute is over: won, lost, partly won or withdrawn.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onDisputeClosed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plan.active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A plan began with the first capture of its order.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPlanActive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plan.paid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Every installment of a plan is paid.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPlanPaid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plan.reopened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A plan that was paid owes something again, because a repayment was taken back.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPlanReopened"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plan.canceled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A plan ended without a debt, by a void or by refunds.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPlanCanceled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "installment.due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The due date of an installment has come.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onInstallmentDue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "installment.overdue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An installment was not paid by its due date.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onInstallmentOverdue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "installment.paid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An installment is paid in full.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onInstallmentPaid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "repayment.succeeded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A repayment was received.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRepaymentSucceeded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "repayment.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A repayment could not be collected.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRepaymentFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "repayment.charged_back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The payer’s bank took a repayment back; `owed_again_amount` of it is owed again.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onRepaymentChargedBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agreement.active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A shopper agreed; orders can be authorized by the agreement.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onAgreementActive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agreement.suspended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An agreement is suspended for now; no orders can be authorized by it.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onAgreementSuspended"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agreement.resumed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A suspended agreement is good again.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onAgreementResumed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agreement.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An agreement was ended, by either side or because nobody agreed in time.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onAgreementEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "settlement.closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A settlement was closed: its lines and its net amount are final.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onSettlementClosed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A payout of a settlement was started.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A payout waits, for the reason that it gives; nothing was sent.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutHeld"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.in_transit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The processor accepted a payout; it is on its way to the bank.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutInTransit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.paid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The bank accepted a payout.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutPaid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The bank refused a payout.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payout.returned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The bank sent a paid payout back; a new one follows.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onPayoutReturned"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "merchant.bank_account_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Your payouts go to another bank account; from now on they are held for 72 hours.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onMerchantBankAccountChanged"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A key was registered for you; if it was not you, revoke it.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onKeyCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A key was replaced by another one and is going to end at `expires_at`.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onKeyExpiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A key was revoked; nothing that it signs is taken any more.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onKeyRevoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key_source.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The address at which the gateway looks for your keys, or what they may do, was changed.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onKeySourceChanged"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.failing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A webhook endpoint has answered nothing well for a day; it is going to be disabled from `disabled_from` on.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onWebhookEndpointFailing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * You asked for this event; nothing has happened.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onWebhookEndpointTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A webhook endpoint was disabled because it failed for too long or answered 410.
         * @description Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.
         */
        post: operations["onWebhookEndpointDisabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
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
            /** @description What it is, as the shopper knows it. */
            name: string;
            /** @description How many of it. */
            quantity: number;
            /** @description The price of one. */
            unit_amount: number;
            /** @description The price of all of them. */
            amount: number;
        };
        /**
         * @description Where to go on: `next_cursor` of the page before, with the same filters.
         * @example b3JkXzAxOGY2YjJhOWM3ZDdlM2Y4YTFiMmMzZDRlNWY2MDcx
         */
        Cursor: string;
        Shipment: {
            /**
             * @description Who carries the goods, by name: 1 to 60 characters.
             * @example SF Express
             */
            carrier: string;
            /**
             * @description Under which number: 1 to 60 letters, digits, spaces and `.`, `-`, `/`.
             * @example SF1234567890123
             */
            tracking_number: string;
        };
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
        /**
         * Format: date-time
         * @description An instant by RFC 3339 in UTC.
         * @example 2026-03-01T08:30:00.000Z
         */
        Timestamp: string;
        CheckoutSession: {
            /**
             * @description An id that begins with cs_.
             * @example cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "checkout_session";
            /**
             * @description `open` until the shopper confirms, `completed` when it has become an order.
             * @enum {string}
             */
            status: "open" | "confirmed" | "completed" | "canceled" | "expired";
            merchant_reference: components["schemas"]["MerchantReference"];
            /** @description What is to be paid for the cart. */
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            lines: components["schemas"]["SessionLine"][];
            /** @description SHA-256 of the lines, base64url; compare it on the return. */
            lines_hash: string;
            /** @description Where the shopper is sent when they are done. */
            return_url: string;
            /**
             * @description Whether the shopper stands before your page or at your counter.
             * @enum {string}
             */
            channel: "online" | "in_store";
            /** @description The term of `pay_after` that you asked for. */
            pay_after_days: (0 | 14 | 30) | null;
            /** @description The day of the month that you asked plans by the month to fall due on. */
            repayment_day: number | null;
            /** @description The hosted page; only in the answer that opened the session. */
            url?: string;
            /** @description The hosted page as a QR code (SVG), for the counter; only in the answer that opened an `in_store` session. */
            qr_url?: string;
            /** @description The single-use proof of confirmation; only while the session is confirmed. */
            checkout_token?: string;
            /** @description The shopper as this merchant knows them. */
            shopper_id: string | null;
            /** @description How the shopper chose to pay. */
            plan_code: ("pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36") | null;
            /** @description Null until the shopper has agreed. */
            confirmed_offer: components["schemas"]["ConfirmedOffer"] | null;
            /** @description Why the last assessment declined, in so far as a merchant may know. */
            decline_code: string | null;
            /** @description The order that it has become. */
            order_id: string | null;
            /** @description What you can do with it now. */
            allowed_actions: ("authorize" | "cancel")[];
            /** @description Counts the changes: of two states, the one with the higher version is the newer. */
            version: number;
            created_at: components["schemas"]["Timestamp"];
            /** @description Until when the shopper may confirm; of a confirmed one, until when you may authorize. */
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description What the shopper agreed to, as far as the merchant is concerned. */
        ConfirmedOffer: {
            /**
             * @description How the shopper pays.
             * @enum {string}
             */
            plan_code: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36";
            /** @description The programme of your category by which it was offered. */
            programme: ("retail" | "dining" | "travel" | "education" | "medical" | "in_store") | null;
            /** @description What the shopper pays at once. */
            down_payment: components["schemas"]["AmountInResponse"];
            /** @description What the shopper pays later, without what it costs. */
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
            /**
             * @description How it stands: `authorized` until the first capture, `captured` when nothing is left to capture.
             * @enum {string}
             */
            status: "authorized" | "partially_captured" | "captured" | "voided" | "expired";
            merchant_reference: components["schemas"]["MerchantReference"];
            /** @description The checkout that it comes from; null for an order by an agreement. */
            checkout_session_id: string | null;
            /** @description The agreement that it was authorized by; null for an order from a checkout. */
            agreement_id: string | null;
            /**
             * @description What the shopper owes for it, and when.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            /** @description The shopper as this merchant knows them. */
            shopper_id: string;
            currency: components["schemas"]["CurrencyCode"];
            /** @description What the shopper agreed to pay. */
            authorized_amount: components["schemas"]["AmountInResponse"];
            /** @description What was shipped of it, and is settled to you. */
            captured_amount: components["schemas"]["AmountInResponse"];
            /** @description What was released, because it will not be shipped. */
            voided_amount: components["schemas"]["AmountInResponse"];
            /** @description What was refunded of what was captured. */
            refunded_amount: components["schemas"]["AmountInResponse"];
            /** @description What can still be captured. */
            capturable_amount: components["schemas"]["AmountInResponse"];
            /** @description What can still be refunded. */
            refundable_amount: components["schemas"]["AmountInResponse"];
            /** @description What you can do with it now. */
            allowed_actions: ("capture" | "void" | "extend" | "refund")[];
            /** @description Counts the changes: of two states, the one with the higher version is the newer. */
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
            /** @description Your own number of the shipment. */
            reference: components["schemas"]["MerchantReference"];
            amount: components["schemas"]["AmountInResponse"];
            /** @description What you pay for it, taken off your settlement. */
            merchant_fee: components["schemas"]["AmountInResponse"];
            /** @description How the goods went; null where you did not tell. */
            shipment: components["schemas"]["Shipment"] | null;
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
            /** @description Your own number of the refund. */
            reference: components["schemas"]["MerchantReference"];
            /** @description What was refunded in all. */
            amount: components["schemas"]["AmountInResponse"];
            /** @description What was taken off the shopper's debt. */
            debt_amount: components["schemas"]["AmountInResponse"];
            /** @description What returns to the shopper's card. */
            money_back_amount: components["schemas"]["AmountInResponse"];
            /** @description Interest on the refunded goods, which the shopper gets back: a part of the two above. */
            interest_returned: components["schemas"]["AmountInResponse"];
            /** @description The rate part of the merchant fee on the refunded amount. */
            fee_returned: components["schemas"]["AmountInResponse"];
            /**
             * @description `pending` while money is still on its way back to the card.
             * @enum {string}
             */
            status: "pending" | "succeeded" | "failed";
            /** @description Counts the changes: of two states, the one with the higher version is the newer. */
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
            /** @description How the goods went, as you told with the captures: you need not send it again. */
            shipments: components["schemas"]["DisputeShipment"][];
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
        DisputeShipment: {
            /**
             * @description Who carries the goods, by name: 1 to 60 characters.
             * @example SF Express
             */
            carrier: string;
            /**
             * @description Under which number: 1 to 60 letters, digits, spaces and `.`, `-`, `/`.
             * @example SF1234567890123
             */
            tracking_number: string;
            /**
             * @description An id that begins with cap_.
             * @example cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            capture_id: string;
            captured_at: components["schemas"]["Timestamp"];
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
            /**
             * @description A closed one never changes.
             * @enum {string}
             */
            status: "open" | "closed";
            currency: components["schemas"]["CurrencyCode"];
            /** @description The date that it settles, in your time zone. */
            business_date: components["schemas"]["Date"];
            /** @description The sum of its lines: what you are paid, or, when negative, owe; null while it is open. */
            net: components["schemas"]["SignedAmount"] | null;
            /** @description How many lines it has; null while it is open. */
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
            /** @description Its place in the settlement: 1, 2, 3 and so on. */
            number: number;
            /**
             * @description What it is for.
             * @enum {string}
             */
            kind: "capture" | "capture_fee" | "refund" | "refund_fee" | "carried_over" | "subsidy" | "subsidy_returned" | "reserve" | "reserve_released" | "early_payout_fee" | "dispute" | "dispute_won" | "debt_paid" | "debt_written_off";
            /** @description Positive when you are paid, negative when it is taken. */
            amount: components["schemas"]["SignedAmount"];
            currency: components["schemas"]["CurrencyCode"];
            business_date: components["schemas"]["Date"];
            /** @description The order that it belongs to, if it belongs to one. */
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
             * @description The settlement that it pays.
             * @example stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            settlement_id: string;
            amount: components["schemas"]["AmountInResponse"];
            currency: components["schemas"]["CurrencyCode"];
            /**
             * @description `paid` when your bank has accepted it.
             * @enum {string}
             */
            status: "pending" | "held" | "in_transit" | "paid" | "failed" | "returned";
            /** @description Why the bank refused it. */
            failure_code: string | null;
            /** @description Why it waits; null where it does not. */
            hold_reason: ("books_alarm" | "merchant_suspended" | "refund_ratio" | "bank_account_changed" | "first_payout" | "above_cap") | null;
            /** @description When that ends by itself; null where people have to end it. */
            hold_until: components["schemas"]["Timestamp"] | null;
            /** @description Counts the changes: of two states, the one with the higher version is the newer. */
            version: number;
            created_at: components["schemas"]["Timestamp"];
            /** @description When your bank accepted it. */
            paid_at: components["schemas"]["Timestamp"] | null;
            /** @description When your bank sent it back. */
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
            /** @description Payouts wait while more than this share of what you captured in 30 days was refunded; 0 for never. */
            refund_hold_basis_points: number;
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
        /** @description Your part of a plan. It names no person. */
        Holding: {
            /** @constant */
            object: "holding";
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            /**
             * @description Always the same for you, and not to be matched with what anybody else sees.
             * @example shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            shopper_id: string;
            /** @enum {string} */
            product: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36" | "cash_draw";
            opened_on: components["schemas"]["Date"];
            currency: components["schemas"]["CurrencyCode"];
            /** @description Your agreed part of the plan; null where it has become another’s since. */
            share_basis_points: number | null;
            principal: components["schemas"]["AmountInResponse"];
            /** @description Earned by then, and not collected. */
            accrued_interest: components["schemas"]["AmountInResponse"];
            /** @description Late fees that are owed. */
            fees: components["schemas"]["AmountInResponse"];
            /**
             * @description By the days past due of the oldest installment.
             * @enum {string}
             */
            status_bucket: "current" | "1_3" | "4_30" | "31_60" | "61_90" | "over_90";
            days_past_due: number;
            /** @description Of the oldest installment that is unpaid. */
            next_due_on: components["schemas"]["Date"] | null;
        };
        FunderMovement: {
            /**
             * @description `participation`: your stake in principal. `accrued`: interest and fees that you have earned and that are not collected. `funder`: what is payable to you; below zero, what you owe back. `funder_due`: what you owe for what you bought.
             * @enum {string}
             */
            account: "participation" | "accrued" | "funder" | "funder_due";
            /**
             * @description As in `lines`; but `collected` is interest and late fees in one, which `lines` tells apart.
             * @enum {string}
             */
            kind: "bought" | "principal_repaid" | "principal_refunded" | "ownership" | "lost" | "interest_earned" | "fees_charged" | "fees_waived" | "interest_refunded" | "principal_received" | "refund_received" | "collected" | "interest_received" | "fees_received" | "subsidy_received" | "fee_share" | "cover" | "recovered" | "interest_given_back" | "servicing" | "netted" | "remitted" | "wired" | "price" | "other";
            amount: components["schemas"]["SignedAmount"];
            /** @description Null where it was about no plan, such as a wire. */
            plan_id: string | null;
            occurred_at: components["schemas"]["Timestamp"];
        };
        FunderAccount: {
            /**
             * @description `participation`: your stake in principal. `accrued`: interest and fees that you have earned and that are not collected. `funder`: what is payable to you; below zero, what you owe back. `funder_due`: what you owe for what you bought.
             * @enum {string}
             */
            account: "participation" | "accrued" | "funder" | "funder_due";
            opening: components["schemas"]["SignedAmount"];
            /** @description What moved it, summed by kind. Opening and lines come to closing. */
            lines: {
                /** @enum {string} */
                kind: "bought" | "principal_repaid" | "principal_refunded" | "ownership" | "lost" | "interest_earned" | "fees_charged" | "fees_waived" | "interest_refunded" | "principal_received" | "refund_received" | "collected" | "interest_received" | "fees_received" | "subsidy_received" | "fee_share" | "cover" | "recovered" | "interest_given_back" | "servicing" | "netted" | "remitted" | "wired" | "price" | "other";
                amount: components["schemas"]["SignedAmount"];
            }[];
            closing: components["schemas"]["SignedAmount"];
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
             *     `case.message`: Somebody wrote to a shopper in a case; what they wrote is read in the account.
             *     `case.closed`: A case of a shopper was closed without another word.
             *     `bank_account.bound`: A shopper bound a bank account of their own; no cash is drawn for 24 hours.
             *     `bank_account.removed`: A shopper removed a bank account; no cash is drawn for 24 hours.
             *     `mandate.given`: A shopper allowed debits of a bank account.
             *     `mandate.ended`: A bank account may not be debited any more, by its holder’s or its bank’s word.
             *     `merchant.bank_account_changed`: Your payouts go to another bank account; from now on they are held for 72 hours.
             *     `settlement.closed`: A settlement was closed: its lines and its net amount are final.
             *     `payout.created`: A payout of a settlement was started.
             *     `payout.held`: A payout waits, for the reason that it gives; nothing was sent.
             *     `payout.in_transit`: The processor accepted a payout; it is on its way to the bank.
             *     `payout.paid`: The bank accepted a payout.
             *     `payout.failed`: The bank refused a payout.
             *     `payout.returned`: The bank sent a paid payout back; a new one follows.
             *     `key.created`: A key was registered for you; if it was not you, revoke it.
             *     `key.expiring`: A key was replaced by another one and is going to end at `expires_at`.
             *     `key.revoked`: A key was revoked; nothing that it signs is taken any more.
             *     `key_source.changed`: The address at which the gateway looks for your keys, or what they may do, was changed.
             *     `webhook_endpoint.disabled`: A webhook endpoint was disabled because it failed for too long or answered 410.
             *     `webhook_endpoint.failing`: A webhook endpoint has answered nothing well for a day; it is going to be disabled from `disabled_from` on.
             *     `webhook_endpoint.test`: You asked for this event; nothing has happened.
             * @enum {string}
             */
            type: "checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "case.message" | "case.closed" | "bank_account.bound" | "bank_account.removed" | "mandate.given" | "mandate.ended" | "merchant.bank_account_changed" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "key.created" | "key.expiring" | "key.revoked" | "key_source.changed" | "webhook_endpoint.disabled" | "webhook_endpoint.failing" | "webhook_endpoint.test";
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
        EventCheckpoint: {
            /** @constant */
            object: "event_checkpoint";
            /** @description The number of the last event that it covers. */
            sequence: number;
            /** @description SHA-256 in hexadecimal. */
            hash: string;
            /** @description Up to where the checkpoint before covers; 0 for the first. */
            previous_sequence: number;
            /** @description SHA-256 in hexadecimal. */
            previous_hash: string;
            /** @description The same, signed: a compact JWS of type morrow-event-checkpoint+jwt by the gateway’s key. */
            jws: string;
            created_at: components["schemas"]["Timestamp"];
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
            /**
             * @description `unproven` until its address has answered a challenge; what happens meanwhile is sent then.
             * @enum {string}
             */
            status: "unproven" | "enabled" | "disabled";
            /** @description It answered 410, or nothing well for five days. */
            disabled_reason: ("gone" | "failing") | null;
            /** @description While it is `unproven`: why the last challenge was not answered. */
            challenge_failure: string | null;
            /** @description Since when it has answered nothing well. After a day your feed says so. */
            failing_since: components["schemas"]["Timestamp"] | null;
            /** @description What the `v1a` signatures of its deliveries verify with; the same for its whole life. */
            public_key: string;
            /** @description Until when the secret before the last rotation signs as well. */
            previous_secret_expires_at: components["schemas"]["Timestamp"] | null;
            /** @description What deliveries are signed with (`v1`); told once, at creation and rotation. */
            secret?: string;
            created_at: components["schemas"]["Timestamp"];
        };
        WebhookTest: {
            /** @constant */
            object: "webhook_test";
            /**
             * @description An id that begins with whe_.
             * @example whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            endpoint_id: string;
            /**
             * @description An id that begins with evt_.
             * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            event_id: string;
        };
        Redelivery: {
            /** @constant */
            object: "redelivery";
            /**
             * @description An id that begins with whe_.
             * @example whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            endpoint_id: string;
            /** @description How many events are sent. */
            deliveries: number;
            /** @description Up to which number; where to go on. */
            next_after: number;
            has_more: boolean;
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
            /** @description 0 for the first time that the event was sent; each redelivery has the next number. */
            redelivery: number;
            attempt: number;
            /** @enum {string} */
            status: "pending" | "succeeded" | "failed";
            response_status: number | null;
            failure: string | null;
            scheduled_at: components["schemas"]["Timestamp"];
            finished_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description A public key by which the merchant signs. */
        Key: {
            /** @constant */
            object: "key";
            kid: string;
            /** @description The `keyid` of its signatures. */
            key_id: string;
            /**
             * @description By the registry of RFC 9421; the key fixes it.
             * @enum {string}
             */
            algorithm: "ed25519" | "ecdsa-p256-sha256" | "rsa-pss-sha512" | "rsa-v1_5-sha256";
            scopes: ("read" | "orders" | "refunds" | "keys" | "sandbox")[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            /** @description The public key (RFC 7517). */
            jwk: {
                [key: string]: string;
            };
            created_at: components["schemas"]["Timestamp"];
            /** @description When it ends by itself; null when it does not. */
            expires_at: components["schemas"]["Timestamp"] | null;
            revoked_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description Where the gateway finds keys that the merchant publishes itself. */
        KeySource: {
            /** @constant */
            object: "key_source";
            jwks_url: string | null;
            /** @description Of every key that is found there. */
            scopes: ("read" | "orders" | "refunds" | "keys" | "sandbox")[];
            set_at: components["schemas"]["Timestamp"] | null;
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
            /**
             * @description `open` until the shopper confirms, `completed` when it has become an order.
             * @enum {string}
             */
            status: "open" | "confirmed" | "completed" | "canceled" | "expired";
            /** @description Until when the shopper may confirm; of a confirmed one, until when you may authorize. */
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
                kinds: ("authorization_expiry" | "expiry_notice" | "return_release" | "dispute" | "pause_end" | "bank_debit" | "installment" | "promise_end" | "delinquency" | "late_fee" | "reminder" | "guarantee" | "charge_off" | "agreement_review" | "month_end" | "score_month" | "limit_review" | "reserve_release" | "settlement" | "payout_hold_end" | "fraud_watch" | "funder_sums")[];
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
            kind: "card_expires" | "card_declines" | "processor_timeout" | "processor_late_answer" | "funder_down" | "funder_refuses" | "funder_hangs" | "funder_flaps" | "webhook_lost" | "double_webhook" | "api_unavailable" | "api_rate_limited" | "api_answer_lost" | "api_slow_answer";
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
        /** @description A key by which a funder of a sandbox signs. */
        FunderKey: {
            /** @constant */
            object: "funder_key";
            funder: {
                /**
                 * @description An id that begins with fnd_.
                 * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                id: string;
                name: string;
            };
            kid: string;
            /** @description The `keyid` of its signatures. */
            key_id: string;
            algorithm: string;
            created_at: components["schemas"]["Timestamp"];
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
        /** @description Where your payouts go. */
        BankAccount: {
            /**
             * @description An id that begins with bka_.
             * @example bka_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @constant */
            object: "bank_account";
            holder: string;
            bank_name: string;
            last4: string;
            /** @enum {string} */
            payout_account: "acct_test_merchant" | "acct_test_fails" | "acct_test_slow" | "acct_test_refused" | "acct_test_returned";
        };
        BankDebit: {
            /** @constant */
            object: "bank_debit";
            /**
             * @description An id that begins with pln_.
             * @example pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            plan_id: string;
            bank_name: string;
            last4: string;
        };
        /** @description The people to whom the merchant belongs. */
        Owners: {
            /** @constant */
            object: "owners";
            data: {
                name: string;
                national_id_last4: string;
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
        /** @description What is sent to your webhook endpoints, by Standard Webhooks. */
        WebhookMessage: {
            /** @description What happened. */
            type: string;
            /**
             * @description The same as in the header `webhook-id`, for every attempt: drop what you have had.
             * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            id: string;
            /** @description When it happened; in a sandbox, by its own clock. */
            timestamp: components["schemas"]["Timestamp"];
            /**
             * @description Yours. Refuse a message for somebody else.
             * @example mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
             */
            merchant_id: string;
            /** @description `live`, or the id of a sandbox. */
            environment: string;
            /** @description Its place in your feed: 1, 2, 3 and so on. A gap means that you missed one. */
            sequence: number;
            /** @description What it happened to. */
            object_id: string;
            /** @description Ignore an event whose version is below what you have of the object. */
            object_version: number;
            /** @description The object in short, as it was then. Read it again for all of it. */
            data: {
                [key: string]: unknown;
            };
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
         *     - `version_unknown`: There is no such version of the API.
         */
        Write400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "idempotency_key_invalid" | "idempotency_key_missing" | "malformed_header" | "malformed_json" | "target_not_normalized" | "version_unknown";
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
        /** @description - `request_timeout`: The request did not come in time. */
        Write408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        Write429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        Write431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
        /** @description - `request_timeout`: The request did not come in time. */
        Read408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        Read429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        Read431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `version_unknown`: There is no such version of the API.
         */
        Read400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
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
                "Retry-After": components["headers"]["Retry-After"];
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
        FunderRead401: {
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
        /** @description - `not_found`: There is no such thing. */
        FunderRead404: {
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
        /** @description - `request_timeout`: The request did not come in time. */
        FunderRead408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        FunderRead413: {
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
        FunderRead415: {
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        FunderRead429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        FunderRead431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        FunderRead500: {
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
        FunderRead503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `duplicate_header`: A header was sent more than once.
         *     - `malformed_header`: A header cannot be read.
         *     - `version_unknown`: There is no such version of the API.
         */
        ShopPage400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "duplicate_header" | "malformed_header" | "version_unknown";
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
        /** @description - `request_timeout`: The request did not come in time. */
        ShopPage408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        ShopPage429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        ShopPage431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `duplicate_header`: A header was sent more than once.
         *     - `malformed_header`: A header cannot be read.
         *     - `version_unknown`: There is no such version of the API.
         */
        SessionPage400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "duplicate_header" | "malformed_header" | "version_unknown";
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
        /** @description - `request_timeout`: The request did not come in time. */
        SessionPage408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        SessionPage429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        SessionPage431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `version_unknown`: There is no such version of the API.
         */
        Register400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "idempotency_key_invalid" | "idempotency_key_missing" | "malformed_header" | "malformed_json" | "target_not_normalized" | "version_unknown";
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
        /** @description - `request_timeout`: The request did not come in time. */
        Register408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
                };
            };
        };
        /** @description - `idempotency_in_progress`: A request with this Idempotency-Key is in progress. */
        Register409: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        Register429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        Register431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `duplicate_header`: A header was sent more than once.
         *     - `malformed_header`: A header cannot be read.
         *     - `version_unknown`: There is no such version of the API.
         */
        Public400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "duplicate_header" | "malformed_header" | "version_unknown";
                };
            };
        };
        /** @description - `request_timeout`: The request did not come in time. */
        Public408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
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
        /**
         * @description - `overloaded`: The gateway has more to do than it can.
         *     - `rate_limited`: There were too many requests.
         */
        Public429: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "overloaded" | "rate_limited";
                };
            };
        };
        /** @description - `headers_too_large`: The headers are too large. */
        Public431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
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
                "Retry-After": components["headers"]["Retry-After"];
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
         *     - `duplicate_header`: A header was sent more than once.
         *     - `malformed_header`: A header cannot be read.
         *     - `version_unknown`: There is no such version of the API.
         */
        System400: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "body_forbidden" | "duplicate_header" | "malformed_header" | "version_unknown";
                };
            };
        };
        /** @description - `request_timeout`: The request did not come in time. */
        System408: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "request_timeout";
                };
            };
        };
        /** @description - `body_too_large`: The body is too large. */
        System413: {
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
        System415: {
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
        System422: {
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
        /** @description - `headers_too_large`: The headers are too large. */
        System431: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "headers_too_large";
                };
            };
        };
        /** @description - `internal_error`: Something went wrong on our side. */
        System500: {
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
        System503: {
            headers: {
                "Request-Id": components["headers"]["Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
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
        /**
         * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
         * @example 2026-11-22
         */
        "Morrow-Version": "2026-11-22";
        /**
         * @description The ETag of an answer that you have. While it is still right, the answer is a short 304.
         * @example "3q2-7wFzR0uYp1mJ8sXbVg"
         */
        "If-None-Match": string;
        /**
         * @description The id of the event, the same for every attempt.
         * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
         */
        "webhook-id": string;
        /**
         * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
         * @example 1772353800
         */
        "webhook-timestamp": string;
        /**
         * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        "webhook-signature": string;
    };
    requestBodies: never;
    headers: {
        /** @description Names the request when you ask us about it. */
        "Request-Id": string;
        /** @description The version of the API by which the request was understood and answered. */
        "Morrow-Version": string;
        /** @description How many requests (`q`) may come in how many seconds (`w`), by draft-ietf-httpapi-ratelimit-headers. */
        "RateLimit-Policy": string;
        /** @description How many requests are left (`r`), and after how many seconds there are all again (`t`). */
        RateLimit: string;
        /** @description After how many seconds the same request may be sent again. */
        "Retry-After": number;
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
                merchant_reference?: components["schemas"]["MerchantReference"];
                status?: "open" | "confirmed" | "completed" | "canceled" | "expired";
                /** @description Only what was created at this instant or later, by RFC 3339; in a sandbox by its own clock. */
                created_from?: string;
                /** @description Only what was created before this instant. */
                created_before?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    /** @description Your own number of the order to be; unique among your open and confirmed sessions, and among all your orders. */
                    merchant_reference: components["schemas"]["MerchantReference"];
                    /** @description What is to be paid for the cart, with shipping and taxes. */
                    amount: components["schemas"]["Amount"];
                    currency: components["schemas"]["CurrencyCode"];
                    /** @description What is in the cart. The lines sum to the amount. */
                    lines: components["schemas"]["SessionLine"][];
                    /**
                     * Format: uri
                     * @description Where the shopper is sent when they are done; of one of your `allowed_origins`.
                     */
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `merchant_reference_in_use`: The merchant reference is in use.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getCheckoutSession: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                status?: "authorized" | "partially_captured" | "captured" | "voided" | "expired";
                /** @description Only what was created at this instant or later, by RFC 3339; in a sandbox by its own clock. */
                created_from?: string;
                /** @description Only what was created before this instant. */
                created_before?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    /** @description What the confirmed session carries; it can be spent once. */
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listCaptures: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *           "shipment": {
                     *             "carrier": "SF Express",
                     *             "tracking_number": "SF1234567890123"
                     *           },
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                 *       "amount": 6000,
                 *       "shipment": {
                 *         "carrier": "SF Express",
                 *         "tracking_number": "SF1234567890123"
                 *       }
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
                    /** @description How the goods went. The shopper sees it, and it is part of every dispute about the order: who can show where a parcel went is seldom wrong about it. */
                    shipment?: components["schemas"]["Shipment"];
                };
            };
        };
        responses: {
            /** @description The amount is captured. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipment": {
                     *         "carrier": "SF Express",
                     *         "tracking_number": "SF1234567890123"
                     *       },
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listRefunds: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their declaration. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getReturn: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order in which they were opened. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *           "shipments": [
                     *             {
                     *               "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *               "carrier": "SF Express",
                     *               "tracking_number": "SF1234567890123",
                     *               "captured_at": "2026-03-02T08:30:00.000Z"
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getDispute: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipments": [
                     *         {
                     *           "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "carrier": "SF Express",
                     *           "tracking_number": "SF1234567890123",
                     *           "captured_at": "2026-03-02T08:30:00.000Z"
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipments": [
                     *         {
                     *           "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "carrier": "SF Express",
                     *           "tracking_number": "SF1234567890123",
                     *           "captured_at": "2026-03-02T08:30:00.000Z"
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `evidence_limit`: The dispute has as many files as it may have.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getDisputeEvidence: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipments": [
                     *         {
                     *           "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "carrier": "SF Express",
                     *           "tracking_number": "SF1234567890123",
                     *           "captured_at": "2026-03-02T08:30:00.000Z"
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `merchant_reference_in_use`: The merchant reference is in use.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getAgreement: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            /**
             * @description - `funder_unavailable`: No funder is available.
             *     - `unavailable`: The service is not available.
             */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listPlanReceipts: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                status?: "open" | "closed";
                /** @description Only from this business date on. */
                date_from?: string;
                /** @description Only up to this business date, which is included. */
                date_to?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getSettlement: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getSettlementDocuments: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    quoteEarlyPayout: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is at this moment. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `early_payout_unavailable`: There is nothing to pay out early now.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            /**
             * @description - `currency_unsupported`: The currency is not supported.
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
                        code?: "currency_unsupported" | "idempotency_key_reused" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                status?: "pending" | "held" | "in_transit" | "paid" | "failed" | "returned";
                /** @description Only what was created at this instant or later, by RFC 3339; in a sandbox by its own clock. */
                created_from?: string;
                /** @description Only what was created before this instant. */
                created_before?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getPayout: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    explainPayoutLine: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    explainSettlementLine: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getSettlementTerms: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they hold today. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "refund_hold_basis_points": 5000,
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    /** @default 5000 */
                    refund_hold_basis_points?: number;
                };
            };
        };
        responses: {
            /** @description They are kept. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "refund_hold_basis_points": 5000,
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listFunderHoldings: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                /** @description As of the end of this business date; without it, as of now. Keep it the same from page to page. */
                on?: string;
                /** @description Only plans in this currency. */
                currency?: components["schemas"]["CurrencyCode"];
                /** @description Only plans of this kind. */
                product?: "pay_after" | "pay_in_3" | "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12" | "monthly_24" | "monthly_36" | "cash_draw";
                /** @description Only plans that are so late. */
                status_bucket?: "current" | "1_3" | "4_30" | "31_60" | "61_90" | "over_90";
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order in which the plans were made. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "object": "holding",
                     *           "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "shopper_id": "shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "product": "pay_in_4",
                     *           "opened_on": "2026-03-01",
                     *           "currency": "CNY",
                     *           "share_basis_points": 10000,
                     *           "principal": 7500,
                     *           "accrued_interest": 0,
                     *           "fees": 0,
                     *           "status_bucket": "current",
                     *           "days_past_due": 0,
                     *           "next_due_on": "2026-03-15"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Holding"][];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["FunderRead401"];
            404: components["responses"]["FunderRead404"];
            408: components["responses"]["FunderRead408"];
            413: components["responses"]["FunderRead413"];
            415: components["responses"]["FunderRead415"];
            /**
             * @description - `currency_unsupported`: The currency is not supported.
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
                        code?: "currency_unsupported" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["FunderRead429"];
            431: components["responses"]["FunderRead431"];
            500: components["responses"]["FunderRead500"];
            503: components["responses"]["FunderRead503"];
        };
    };
    getFunderStatement: {
        parameters: {
            query: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                /** @description An ISO 4217 code. */
                currency: components["schemas"]["CurrencyCode"];
                /** @description The first business date, which is included. */
                date_from: string;
                /** @description The last business date, which is included. */
                date_to: string;
                /** @description Only this account. */
                account?: "participation" | "accrued" | "funder" | "funder_due";
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statement. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "funder_statement",
                     *       "funder_id": "fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "currency": "CNY",
                     *       "date_from": "2026-03-01",
                     *       "date_to": "2026-03-31",
                     *       "accounts": [
                     *         {
                     *           "account": "participation",
                     *           "opening": 0,
                     *           "lines": [
                     *             {
                     *               "kind": "bought",
                     *               "amount": 7500
                     *             }
                     *           ],
                     *           "closing": 7500
                     *         }
                     *       ],
                     *       "data": [
                     *         {
                     *           "account": "participation",
                     *           "kind": "bought",
                     *           "amount": 7500,
                     *           "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "occurred_at": "2026-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["FunderMovement"][];
                        /** @description Where the next page begins; null on the last one. */
                        next_cursor: string | null;
                        /** @constant */
                        object: "funder_statement";
                        /**
                         * @description An id that begins with fnd_.
                         * @example fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                         */
                        funder_id: string;
                        currency: components["schemas"]["CurrencyCode"];
                        date_from: components["schemas"]["Date"];
                        date_to: components["schemas"]["Date"];
                        /** @description The same on each page. */
                        accounts: components["schemas"]["FunderAccount"][];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["FunderRead401"];
            404: components["responses"]["FunderRead404"];
            408: components["responses"]["FunderRead408"];
            413: components["responses"]["FunderRead413"];
            415: components["responses"]["FunderRead415"];
            /**
             * @description - `currency_unsupported`: The currency is not supported.
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
                        code?: "currency_unsupported" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["FunderRead429"];
            431: components["responses"]["FunderRead431"];
            500: components["responses"]["FunderRead500"];
            503: components["responses"]["FunderRead503"];
        };
    };
    getOrderProof: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getSettlementLineProof: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order in which they were made. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The number of the last one that you have handled; 0 begins at the beginning. */
                after?: number;
                /** @description How many at most. */
                limit?: number;
                /** @description When nothing follows yet, so many seconds may pass until the first event or the answer. */
                wait?: number;
                /** @description Only events of these types, up to 50, separated by commas. */
                type?: string;
                /** @description Only events of this object. */
                object_id?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events that follow number `after`. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       ],
                     *       "next_after": 7,
                     *       "has_more": false
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        /** @description Where to go on: send it as `after`. */
                        next_after: number;
                        /** @description Whether numbers follow `next_after` already. */
                        has_more: boolean;
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listEventCheckpoints: {
        parameters: {
            query?: {
                /** @description The number of the last one that you have handled; 0 begins at the beginning. */
                after?: number;
                /** @description How many at most. */
                limit?: number;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those whose number is above `after`, in order. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "object": "event_checkpoint",
                     *           "sequence": 7,
                     *           "hash": "af5357ac613e705e880ad7dba45cf9e489765be5c83dccf9d89ff8970b705ffe",
                     *           "previous_sequence": 0,
                     *           "previous_hash": "0000000000000000000000000000000000000000000000000000000000000000",
                     *           "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJtb3Jyb3ctZXZlbnQtY2hlY2twb2ludCtqd3QifQ.e30.AA",
                     *           "created_at": "2026-03-01T08:30:02.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["EventCheckpoint"][];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them; there are at most ten. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *           "disabled_reason": null,
                     *           "challenge_failure": null,
                     *           "failing_since": null,
                     *           "public_key": "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                     *           "previous_secret_expires_at": null,
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
            /** @description The endpoint gets events from now on, once its address has proven itself. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "status": "unproven",
                     *       "disabled_reason": null,
                     *       "challenge_failure": null,
                     *       "failing_since": null,
                     *       "public_key": "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                     *       "previous_secret_expires_at": null,
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://shop.example/hooks",
                 *       "status": "enabled"
                 *     }
                 */
                "application/json": {
                    url?: string;
                    event_types?: string[];
                    /** @constant */
                    status?: "enabled";
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "webhook_endpoint",
                     *       "url": "https://shop.example/hooks",
                     *       "event_types": [
                     *         "*"
                     *       ],
                     *       "status": "unproven",
                     *       "disabled_reason": null,
                     *       "challenge_failure": null,
                     *       "failing_since": null,
                     *       "public_key": "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                     *       "previous_secret_expires_at": null,
                     *       "created_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deliveries are signed with both from now on. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "disabled_reason": null,
                     *       "challenge_failure": null,
                     *       "failing_since": null,
                     *       "public_key": "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                     *       "previous_secret_expires_at": "2026-03-02T08:30:00.000Z",
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on its way: look for `event_id` in the deliveries. */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "webhook_test",
                     *       "endpoint_id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "event_id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    redeliverEvents: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path: {
                /** @description An id that begins with whe_. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "after": 480
                 *     }
                 */
                "application/json": {
                    /**
                     * @description An id that begins with evt_.
                     * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                     */
                    event_id: string;
                } | {
                    /** @description The number in your feed from which on; 0 for everything. */
                    after: number;
                };
            };
        };
        responses: {
            /** @description They are on their way: look in the deliveries. */
            202: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "redelivery",
                     *       "endpoint_id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "deliveries": 12,
                     *       "next_after": 492,
                     *       "has_more": false
                     *     }
                     */
                    "application/json": components["schemas"]["Redelivery"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /** @description Only those that are still to be sent, or that came to this. */
                status?: "pending" | "succeeded" | "failed";
                /** @description Only those of this event. */
                event_id?: string;
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *           "redelivery": 0,
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description How many at most. */
                limit?: number;
                /** @description Only those that sign, or do no more. */
                status?: "active" | "ended";
            };
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The oldest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "object": "key",
                     *           "kid": "key-2",
                     *           "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                     *           "algorithm": "ed25519",
                     *           "scopes": [
                     *             "read",
                     *             "orders",
                     *             "refunds",
                     *             "keys"
                     *           ],
                     *           "status": "active",
                     *           "jwk": {
                     *             "kty": "OKP",
                     *             "crv": "Ed25519",
                     *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *             "alg": "EdDSA",
                     *             "kid": "key-2"
                     *           },
                     *           "created_at": "2026-03-01T08:30:00.000Z",
                     *           "expires_at": null,
                     *           "revoked_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Key"][];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jwk": {
                 *         "kty": "OKP",
                 *         "crv": "Ed25519",
                 *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                 *       },
                 *       "proof": "eyJhbGciOiJFZERTQSIsInR5cCI6Im1vcnJvdy1rZXkrand0In0.e30.AAAA",
                 *       "replaces": {
                 *         "kid": "key-1",
                 *         "overlap_hours": 24
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The public key; without a `kid` it is named by its thumbprint (RFC 7638). RSA needs `alg`, PS512 or RS256. */
                    jwk: {
                        [key: string]: unknown;
                    };
                    /** @description By default those of the key that is replaced. */
                    scopes?: ("read" | "orders" | "refunds" | "keys" | "sandbox")[];
                    proof: string;
                    /** Format: date-time */
                    expires_at?: string;
                    /** @description The key that ends in its place. */
                    replaces?: {
                        kid: string;
                        /**
                         * @description For how long both of them sign.
                         * @default 24
                         */
                        overlap_hours?: number;
                    };
                };
            };
        };
        responses: {
            /** @description It may sign now. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "key",
                     *       "kid": "key-2",
                     *       "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                     *       "algorithm": "ed25519",
                     *       "scopes": [
                     *         "read",
                     *         "orders",
                     *         "refunds",
                     *         "keys"
                     *       ],
                     *       "status": "active",
                     *       "jwk": {
                     *         "kty": "OKP",
                     *         "crv": "Ed25519",
                     *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *         "alg": "EdDSA",
                     *         "kid": "key-2"
                     *       },
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": null,
                     *       "revoked_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
                        code?: "idempotency_key_reused" | "key_unacceptable" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path: {
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "key",
                     *       "kid": "key-2",
                     *       "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                     *       "algorithm": "ed25519",
                     *       "scopes": [
                     *         "read",
                     *         "orders",
                     *         "refunds",
                     *         "keys"
                     *       ],
                     *       "status": "revoked",
                     *       "jwk": {
                     *         "kty": "OKP",
                     *         "crv": "Ed25519",
                     *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *         "alg": "EdDSA",
                     *         "kid": "key-2"
                     *       },
                     *       "created_at": "2026-03-01T08:30:00.000Z",
                     *       "expires_at": null,
                     *       "revoked_at": "2026-03-02T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getKeySource: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source; without one, its members are null and empty. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "key_source",
                     *       "jwks_url": "https://shop.example/jwks.json",
                     *       "scopes": [
                     *         "read",
                     *         "orders"
                     *       ],
                     *       "set_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["KeySource"];
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    setKeySource: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jwks_url": "https://shop.example/jwks.json",
                 *       "scopes": [
                 *         "read",
                 *         "orders"
                 *       ]
                 *     }
                 */
                "application/json": {
                    jwks_url: string | null;
                    /** @description Required with an address. */
                    scopes?: ("read" | "orders" | "refunds" | "keys" | "sandbox")[];
                };
            };
        };
        responses: {
            /** @description The source as it is now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "key_source",
                     *       "jwks_url": "https://shop.example/jwks.json",
                     *       "scopes": [
                     *         "read",
                     *         "orders"
                     *       ],
                     *       "set_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["KeySource"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
             *     - `key_unacceptable`: The key is not acceptable.
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
                        code?: "idempotency_key_reused" | "key_unacceptable" | "url_forbidden" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getBrowserConfig: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
                /**
                 * @description The ETag of an answer that you have. While it is still right, the answer is a short 304.
                 * @example "3q2-7wFzR0uYp1mJ8sXbVg"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shop, and what can be paid later in it. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["ShopPage408"];
            413: components["responses"]["ShopPage413"];
            415: components["responses"]["ShopPage415"];
            422: components["responses"]["ShopPage422"];
            429: components["responses"]["ShopPage429"];
            431: components["responses"]["ShopPage431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
                /**
                 * @description The ETag of an answer that you have. While it is still right, the answer is a short 304.
                 * @example "3q2-7wFzR0uYp1mJ8sXbVg"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether it can, and if not, why. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["ShopPage408"];
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
            429: components["responses"]["ShopPage429"];
            431: components["responses"]["ShopPage431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
                /**
                 * @description The ETag of an answer that you have. While it is still right, the answer is a short 304.
                 * @example "3q2-7wFzR0uYp1mJ8sXbVg"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text, and what it was made from. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["ShopPage408"];
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
            429: components["responses"]["ShopPage429"];
            431: components["responses"]["ShopPage431"];
            500: components["responses"]["ShopPage500"];
            503: components["responses"]["ShopPage503"];
        };
    };
    getCheckoutSessionStatus: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["SessionPage408"];
            413: components["responses"]["SessionPage413"];
            415: components["responses"]["SessionPage415"];
            422: components["responses"]["SessionPage422"];
            429: components["responses"]["SessionPage429"];
            431: components["responses"]["SessionPage431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Register408"];
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
            429: components["responses"]["Register429"];
            431: components["responses"]["Register431"];
            500: components["responses"]["Register500"];
            503: components["responses"]["Register503"];
        };
    };
    getSandbox: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sandbox and its clock. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listFaults: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that were not cleared, in the order of their creation. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                } | {
                    /** @constant */
                    kind: "api_unavailable";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                } | {
                    /** @constant */
                    kind: "api_rate_limited";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                } | {
                    /** @constant */
                    kind: "api_answer_lost";
                    /**
                     * @description How often it happens, and then no more.
                     * @default 1
                     */
                    times?: number;
                } | {
                    /** @constant */
                    kind: "api_slow_answer";
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getLateness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The oldest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipments": [
                     *         {
                     *           "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "carrier": "SF Express",
                     *           "tracking_number": "SF1234567890123",
                     *           "captured_at": "2026-03-02T08:30:00.000Z"
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
            408: components["responses"]["Write408"];
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
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                     *       "shipments": [
                     *         {
                     *           "capture_id": "cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *           "carrier": "SF Express",
                     *           "tracking_number": "SF1234567890123",
                     *           "captured_at": "2026-03-02T08:30:00.000Z"
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    listScenarios: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their documents, by name; each is an example for one of your own. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                                refused?: "malformed_json" | "malformed_header" | "duplicate_header" | "body_forbidden" | "digest_missing" | "digest_mismatch" | "idempotency_key_missing" | "idempotency_key_invalid" | "version_unknown" | "cursor_invalid" | "target_not_normalized" | "signature_missing" | "signature_malformed" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "key_unknown" | "algorithm_mismatch" | "nonce_reused" | "token_invalid" | "authorization_declined" | "payment_declined" | "limit_exceeded" | "agreement_ceiling_exceeded" | "scope_missing" | "origin_forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "request_timeout" | "idempotency_in_progress" | "state_conflict" | "merchant_reference_in_use" | "merchant_reference_reversed" | "capture_reference_in_use" | "refund_reference_in_use" | "return_reference_in_use" | "extension_reference_in_use" | "amount_mismatch" | "currency_mismatch" | "checkout_token_used" | "capture_exceeds_authorized" | "installments_exceeded" | "refund_exceeds_refundable" | "return_open" | "dispute_open" | "evidence_limit" | "extension_exhausted" | "extension_refused" | "agreement_suspended" | "agreement_ended" | "plan_already_paid" | "early_payout_unavailable" | "clock_moving" | "checkout_session_expired" | "checkout_token_expired" | "authorization_expired" | "body_too_large" | "content_type_unsupported" | "validation_failed" | "evidence_unreadable" | "currency_unsupported" | "amount_invalid" | "idempotency_key_reused" | "url_forbidden" | "key_unacceptable" | "rate_limited" | "overloaded" | "headers_too_large" | "internal_error" | "processor_unavailable" | "funder_unavailable" | "unavailable";
                                /** @constant */
                                feed?: "contiguous";
                                events?: ("checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "case.message" | "case.closed" | "bank_account.bound" | "bank_account.removed" | "mandate.given" | "mandate.ended" | "merchant.bank_account_changed" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "key.created" | "key.expiring" | "key.revoked" | "key_source.changed" | "webhook_endpoint.disabled" | "webhook_endpoint.failing" | "webhook_endpoint.test")[];
                            };
                        }[];
                    };
                };
            };
            400: components["responses"]["Read400"];
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                            refused?: "malformed_json" | "malformed_header" | "duplicate_header" | "body_forbidden" | "digest_missing" | "digest_mismatch" | "idempotency_key_missing" | "idempotency_key_invalid" | "version_unknown" | "cursor_invalid" | "target_not_normalized" | "signature_missing" | "signature_malformed" | "signature_components" | "signature_expired" | "signature_future" | "signature_invalid" | "key_unknown" | "algorithm_mismatch" | "nonce_reused" | "token_invalid" | "authorization_declined" | "payment_declined" | "limit_exceeded" | "agreement_ceiling_exceeded" | "scope_missing" | "origin_forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "request_timeout" | "idempotency_in_progress" | "state_conflict" | "merchant_reference_in_use" | "merchant_reference_reversed" | "capture_reference_in_use" | "refund_reference_in_use" | "return_reference_in_use" | "extension_reference_in_use" | "amount_mismatch" | "currency_mismatch" | "checkout_token_used" | "capture_exceeds_authorized" | "installments_exceeded" | "refund_exceeds_refundable" | "return_open" | "dispute_open" | "evidence_limit" | "extension_exhausted" | "extension_refused" | "agreement_suspended" | "agreement_ended" | "plan_already_paid" | "early_payout_unavailable" | "clock_moving" | "checkout_session_expired" | "checkout_token_expired" | "authorization_expired" | "body_too_large" | "content_type_unsupported" | "validation_failed" | "evidence_unreadable" | "currency_unsupported" | "amount_invalid" | "idempotency_key_reused" | "url_forbidden" | "key_unacceptable" | "rate_limited" | "overloaded" | "headers_too_large" | "internal_error" | "processor_unavailable" | "funder_unavailable" | "unavailable";
                            /** @constant */
                            feed?: "contiguous";
                            events?: ("checkout_session.confirmed" | "checkout_session.canceled" | "checkout_session.expired" | "checkout_session.completed" | "order.authorized" | "order.partially_captured" | "order.captured" | "order.voided" | "order.extended" | "order.expiring" | "order.expired" | "refund.created" | "refund.succeeded" | "refund.failed" | "return.declared" | "return.accepted" | "return.rejected" | "return.withdrawn" | "return.released" | "dispute.created" | "dispute.response_due" | "dispute.updated" | "dispute.evidence_added" | "dispute.closed" | "plan.active" | "plan.paid" | "plan.reopened" | "plan.canceled" | "installment.due" | "installment.overdue" | "installment.paid" | "installment.reminder" | "plan.delinquency_changed" | "plan.charge_off_notice" | "plan.charged_off" | "plan.recovered" | "plan.transferred" | "plan.owner_changed" | "late_fee.charged" | "late_fee.waived" | "promise.made" | "promise.kept" | "promise.broken" | "promise.replaced" | "installment.rescheduled" | "hardship.asked" | "hardship.granted" | "hardship.ended" | "credit_line.suspended" | "credit_line.restored" | "credit_line.limit_raised" | "credit_line.limit_cut" | "credit_line.price_changed" | "credit_line.raise_offered" | "repayment.succeeded" | "repayment.failed" | "repayment.charged_back" | "agreement.active" | "agreement.suspended" | "agreement.resumed" | "agreement.ended" | "guarantee.offered" | "guarantee.accepted" | "guarantee.active" | "guarantee.warning" | "guarantee.called" | "guarantee.call_failed" | "guarantee.reimbursed" | "guarantee.ended" | "guarantee.expired" | "draw.requested" | "draw.paid_out" | "draw.failed" | "appeal.asked" | "appeal.answered" | "appeal.withdrawn" | "case.message" | "case.closed" | "bank_account.bound" | "bank_account.removed" | "mandate.given" | "mandate.ended" | "merchant.bank_account_changed" | "settlement.closed" | "payout.created" | "payout.held" | "payout.in_transit" | "payout.paid" | "payout.failed" | "payout.returned" | "key.created" | "key.expiring" | "key.revoked" | "key_source.changed" | "webhook_endpoint.disabled" | "webhook_endpoint.failing" | "webhook_endpoint.test")[];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getScenarioRun: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
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
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            /**
             * @description - `funder_unavailable`: No funder is available.
             *     - `unavailable`: The service is not available.
             */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
             *     - `version_unknown`: There is no such version of the API.
             */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_forbidden" | "cursor_invalid" | "digest_mismatch" | "digest_missing" | "duplicate_header" | "malformed_header" | "target_not_normalized" | "version_unknown";
                    };
                };
            };
            401: components["responses"]["Read401"];
            403: components["responses"]["Read403"];
            404: components["responses"]["Read404"];
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    createFunderKey: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "funder": "Lantern Bank",
                 *       "jwk": {
                 *         "kty": "OKP",
                 *         "crv": "Ed25519",
                 *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Its id, or its name. */
                    funder: string;
                    /** @description The public key. */
                    jwk: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The funder may sign with it. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "funder_key",
                     *       "funder": {
                     *         "id": "fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *         "name": "Lantern Bank"
                     *       },
                     *       "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                     *       "key_id": "fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                     *       "algorithm": "ed25519",
                     *       "created_at": "2026-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FunderKey"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
                        code?: "idempotency_key_reused" | "key_unacceptable" | "validation_failed";
                    };
                };
            };
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getTrialBalance: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The books as they are now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Read408"];
            413: components["responses"]["Read413"];
            415: components["responses"]["Read415"];
            422: components["responses"]["Read422"];
            429: components["responses"]["Read429"];
            431: components["responses"]["Read431"];
            500: components["responses"]["Read500"];
            503: components["responses"]["Read503"];
        };
    };
    putSandboxBankAccount: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "holder": "Tea House",
                 *       "number": "6299 0001 0000 0000"
                 *     }
                 */
                "application/json": {
                    holder: string;
                    number: string;
                    /**
                     * @default acct_test_merchant
                     * @enum {string}
                     */
                    payout_account?: "acct_test_merchant" | "acct_test_fails" | "acct_test_slow" | "acct_test_refused" | "acct_test_returned";
                };
            };
        };
        responses: {
            /** @description It is changed. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "bka_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "object": "bank_account",
                     *       "holder": "Tea House",
                     *       "bank_name": "Test Bank",
                     *       "last4": "0000",
                     *       "payout_account": "acct_test_merchant"
                     *     }
                     */
                    "application/json": components["schemas"]["BankAccount"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    debitSandboxPlan: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
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
                 *       "test_account": "insufficient_funds"
                 *     }
                 */
                "application/json": {
                    /**
                     * @default pays
                     * @enum {string}
                     */
                    test_account?: "pays" | "insufficient_funds" | "closed_later" | "mandate_revoked" | "returned_late";
                };
            };
        };
        responses: {
            /** @description The plan is collected from the account from now on. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "bank_debit",
                     *       "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                     *       "bank_name": "Test Bank",
                     *       "last4": "0421"
                     *     }
                     */
                    "application/json": components["schemas"]["BankDebit"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            /**
             * @description - `clock_moving`: The clock of the sandbox is moving.
             *     - `idempotency_in_progress`: A request with this Idempotency-Key is in progress.
             *     - `state_conflict`: The state does not allow this.
             */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
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
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            /** @description - `processor_unavailable`: The payment processor does not answer. */
            502: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "processor_unavailable";
                    };
                };
            };
            503: components["responses"]["Write503"];
        };
    };
    putSandboxOwners: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.
                 * @example "authorize-1001"
                 */
                "Idempotency-Key": components["parameters"]["Idempotency-Key"];
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "test_persons": [
                 *         "good-7"
                 *       ]
                 *     }
                 */
                "application/json": {
                    test_persons: string[];
                };
            };
        };
        responses: {
            /** @description They are the owners now. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "owners",
                     *       "data": [
                     *         {
                     *           "name": "Test good 7",
                     *           "national_id_last4": "0076"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Owners"];
                };
            };
            400: components["responses"]["Write400"];
            401: components["responses"]["Write401"];
            403: components["responses"]["Write403"];
            404: components["responses"]["Write404"];
            408: components["responses"]["Write408"];
            409: components["responses"]["Write409"];
            413: components["responses"]["Write413"];
            415: components["responses"]["Write415"];
            422: components["responses"]["Write422"];
            429: components["responses"]["Write429"];
            431: components["responses"]["Write431"];
            500: components["responses"]["Write500"];
            503: components["responses"]["Write503"];
        };
    };
    getGatewayKeys: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
                /**
                 * @description The ETag of an answer that you have. While it is still right, the answer is a short 304.
                 * @example "3q2-7wFzR0uYp1mJ8sXbVg"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
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
            408: components["responses"]["Public408"];
            413: components["responses"]["Public413"];
            415: components["responses"]["Public415"];
            422: components["responses"]["Public422"];
            429: components["responses"]["Public429"];
            431: components["responses"]["Public431"];
            500: components["responses"]["Public500"];
            503: components["responses"]["Public503"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
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
            400: components["responses"]["System400"];
            408: components["responses"]["System408"];
            413: components["responses"]["System413"];
            415: components["responses"]["System415"];
            422: components["responses"]["System422"];
            431: components["responses"]["System431"];
            500: components["responses"]["System500"];
            503: components["responses"]["System503"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.
                 * @example 2026-11-22
                 */
                "Morrow-Version"?: components["parameters"]["Morrow-Version"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Morrow-Version": components["headers"]["Morrow-Version"];
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
            400: components["responses"]["System400"];
            408: components["responses"]["System408"];
            413: components["responses"]["System413"];
            415: components["responses"]["System415"];
            422: components["responses"]["System422"];
            431: components["responses"]["System431"];
            500: components["responses"]["System500"];
            503: components["responses"]["System503"];
        };
    };
    onCheckoutSessionConfirmed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "checkout_session.confirmed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 1,
                 *       "object_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "status": "confirmed",
                 *         "merchant_reference": "order-1001",
                 *         "amount": 10000,
                 *         "currency": "CNY",
                 *         "order_id": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "checkout_session.confirmed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCheckoutSessionCanceled: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "checkout_session.canceled",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 2,
                 *       "object_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "canceled",
                 *         "merchant_reference": "order-1001",
                 *         "amount": 10000,
                 *         "currency": "CNY",
                 *         "order_id": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "checkout_session.canceled";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCheckoutSessionExpired: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "checkout_session.expired",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 3,
                 *       "object_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "expired",
                 *         "merchant_reference": "order-1001",
                 *         "amount": 10000,
                 *         "currency": "CNY",
                 *         "order_id": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "checkout_session.expired";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCheckoutSessionCompleted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "checkout_session.completed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 4,
                 *       "object_id": "cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "status": "completed",
                 *         "merchant_reference": "order-1001",
                 *         "amount": 10000,
                 *         "currency": "CNY",
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "checkout_session.completed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderAuthorized: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.authorized",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 5,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "status": "authorized",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 0,
                 *         "voided_amount": 0,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.authorized";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderPartiallyCaptured: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.partially_captured",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 6,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "partially_captured",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 6000,
                 *         "voided_amount": 0,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.partially_captured";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderCaptured: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.captured",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 7,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "captured",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 10000,
                 *         "voided_amount": 0,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.captured";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderVoided: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.voided",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 8,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "voided",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 0,
                 *         "voided_amount": 10000,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.voided";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderExtended: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.extended",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 9,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "authorized",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 0,
                 *         "voided_amount": 0,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.extended";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderExpiring: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.expiring",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 10,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "authorized",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 0,
                 *         "voided_amount": 0,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.expiring";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onOrderExpired: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "order.expired",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 11,
                 *       "object_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "status": "expired",
                 *         "merchant_reference": "order-1001",
                 *         "currency": "CNY",
                 *         "authorized_amount": 10000,
                 *         "captured_amount": 0,
                 *         "voided_amount": 10000,
                 *         "refunded_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "order.expired";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRefundCreated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "refund.created",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 12,
                 *       "object_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "pending",
                 *         "amount": 4000,
                 *         "debt_amount": 3000,
                 *         "money_back_amount": 1000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "refund.created";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRefundSucceeded: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "refund.succeeded",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 13,
                 *       "object_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "succeeded",
                 *         "amount": 4000,
                 *         "debt_amount": 3000,
                 *         "money_back_amount": 1000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "refund.succeeded";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRefundFailed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "refund.failed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 14,
                 *       "object_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "failed",
                 *         "amount": 4000,
                 *         "debt_amount": 3000,
                 *         "money_back_amount": 1000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "refund.failed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onReturnDeclared: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "return.declared",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 15,
                 *       "object_id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "declared",
                 *         "declared_by": "shopper",
                 *         "reference": "return-1",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "reason": "damaged",
                 *         "respond_by": "2026-03-15T08:30:00.000Z",
                 *         "refund_id": null,
                 *         "rejection": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "return.declared";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onReturnAccepted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "return.accepted",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 16,
                 *       "object_id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "accepted",
                 *         "declared_by": "shopper",
                 *         "reference": "return-1",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "reason": "damaged",
                 *         "respond_by": "2026-03-15T08:30:00.000Z",
                 *         "refund_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "rejection": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "return.accepted";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onReturnRejected: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "return.rejected",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 17,
                 *       "object_id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "rejected",
                 *         "declared_by": "shopper",
                 *         "reference": "return-1",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "reason": "damaged",
                 *         "respond_by": "2026-03-15T08:30:00.000Z",
                 *         "refund_id": null,
                 *         "rejection": "used_or_damaged"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "return.rejected";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onReturnWithdrawn: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "return.withdrawn",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 18,
                 *       "object_id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "withdrawn",
                 *         "declared_by": "shopper",
                 *         "reference": "return-1",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "reason": "damaged",
                 *         "respond_by": "2026-03-15T08:30:00.000Z",
                 *         "refund_id": null,
                 *         "rejection": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "return.withdrawn";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onReturnReleased: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "return.released",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 19,
                 *       "object_id": "ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "released",
                 *         "declared_by": "shopper",
                 *         "reference": "return-1",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "reason": "damaged",
                 *         "respond_by": "2026-03-15T08:30:00.000Z",
                 *         "refund_id": null,
                 *         "rejection": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "return.released";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDisputeCreated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "dispute.created",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 20,
                 *       "object_id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "open",
                 *         "reason": "not_received",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "response_due_at": "2026-03-24T08:30:00.000Z",
                 *         "refunded_amount": 0,
                 *         "refund_id": null,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "dispute.created";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDisputeResponseDue: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "dispute.response_due",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 21,
                 *       "object_id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "open",
                 *         "reason": "not_received",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "response_due_at": "2026-03-24T08:30:00.000Z",
                 *         "refunded_amount": 0,
                 *         "refund_id": null,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "dispute.response_due";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDisputeUpdated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "dispute.updated",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 22,
                 *       "object_id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "under_review",
                 *         "reason": "not_received",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "response_due_at": "2026-03-24T08:30:00.000Z",
                 *         "refunded_amount": 0,
                 *         "refund_id": null,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "dispute.updated";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDisputeEvidenceAdded: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "dispute.evidence_added",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 23,
                 *       "object_id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "under_review",
                 *         "reason": "not_received",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "response_due_at": "2026-03-24T08:30:00.000Z",
                 *         "refunded_amount": 0,
                 *         "refund_id": null,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "dispute.evidence_added";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDisputeClosed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "dispute.closed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 24,
                 *       "object_id": "dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "status": "lost",
                 *         "reason": "not_received",
                 *         "amount": 4000,
                 *         "currency": "CNY",
                 *         "response_due_at": "2026-03-24T08:30:00.000Z",
                 *         "refunded_amount": 4000,
                 *         "refund_id": "rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "ended_by": "operator"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "dispute.closed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPlanActive: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "plan.active",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 25,
                 *       "object_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "draw_id": null,
                 *         "status": "active",
                 *         "currency": "CNY",
                 *         "owed_amount": 10000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "plan.active";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPlanPaid: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "plan.paid",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 26,
                 *       "object_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 6,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "draw_id": null,
                 *         "status": "paid",
                 *         "currency": "CNY",
                 *         "owed_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "plan.paid";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPlanReopened: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "plan.reopened",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 27,
                 *       "object_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 7,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "draw_id": null,
                 *         "status": "active",
                 *         "currency": "CNY",
                 *         "owed_amount": 2500
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "plan.reopened";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPlanCanceled: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "plan.canceled",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 28,
                 *       "object_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "draw_id": null,
                 *         "status": "canceled",
                 *         "currency": "CNY",
                 *         "owed_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "plan.canceled";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstallmentDue: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "installment.due",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 29,
                 *       "object_id": "ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "number": 2,
                 *         "due_date": "2026-03-15",
                 *         "currency": "CNY",
                 *         "amount": 2500,
                 *         "paid_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "installment.due";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstallmentOverdue: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "installment.overdue",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 30,
                 *       "object_id": "ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "number": 2,
                 *         "due_date": "2026-03-15",
                 *         "currency": "CNY",
                 *         "amount": 2500,
                 *         "paid_amount": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "installment.overdue";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstallmentPaid: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "installment.paid",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 31,
                 *       "object_id": "ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "number": 2,
                 *         "due_date": "2026-03-15",
                 *         "currency": "CNY",
                 *         "amount": 2500,
                 *         "paid_amount": 2500
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "installment.paid";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRepaymentSucceeded: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "repayment.succeeded",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 32,
                 *       "object_id": "rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 2500,
                 *         "currency": "CNY",
                 *         "failure_code": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "repayment.succeeded";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRepaymentFailed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "repayment.failed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 33,
                 *       "object_id": "rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 2500,
                 *         "currency": "CNY",
                 *         "failure_code": "card_declined"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "repayment.failed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRepaymentChargedBack: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "repayment.charged_back",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 34,
                 *       "object_id": "rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "plan_id": "pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "order_id": "ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 2500,
                 *         "owed_again_amount": 2500,
                 *         "currency": "CNY"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "repayment.charged_back";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgreementActive: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "agreement.active",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 35,
                 *       "object_id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "status": "active",
                 *         "merchant_reference": "rider-7",
                 *         "currency": "CNY",
                 *         "order_ceiling": 20000,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "agreement.active";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgreementSuspended: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "agreement.suspended",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 36,
                 *       "object_id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "status": "suspended",
                 *         "merchant_reference": "rider-7",
                 *         "currency": "CNY",
                 *         "order_ceiling": 20000,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "agreement.suspended";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgreementResumed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "agreement.resumed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 37,
                 *       "object_id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "status": "active",
                 *         "merchant_reference": "rider-7",
                 *         "currency": "CNY",
                 *         "order_ceiling": 20000,
                 *         "ended_by": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "agreement.resumed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgreementEnded: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "agreement.ended",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 38,
                 *       "object_id": "agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 5,
                 *       "data": {
                 *         "status": "ended",
                 *         "merchant_reference": "rider-7",
                 *         "currency": "CNY",
                 *         "order_ceiling": 20000,
                 *         "ended_by": "shopper"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "agreement.ended";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSettlementClosed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "settlement.closed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 39,
                 *       "object_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "business_date": "2026-03-02",
                 *         "currency": "CNY",
                 *         "net": 9600,
                 *         "lines_count": 2,
                 *         "early": false
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "settlement.closed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutCreated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.created",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 40,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "pending",
                 *         "failure_code": null,
                 *         "hold_reason": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.created";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutHeld: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.held",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 41,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "held",
                 *         "failure_code": null,
                 *         "hold_reason": "first_payout"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.held";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutInTransit: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.in_transit",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 42,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "in_transit",
                 *         "failure_code": null,
                 *         "hold_reason": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.in_transit";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutPaid: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.paid",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 43,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "paid",
                 *         "failure_code": null,
                 *         "hold_reason": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.paid";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutFailed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.failed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 44,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 3,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "failed",
                 *         "failure_code": "account_closed",
                 *         "hold_reason": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.failed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onPayoutReturned: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "payout.returned",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 45,
                 *       "object_id": "po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 4,
                 *       "data": {
                 *         "settlement_id": "stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *         "amount": 9600,
                 *         "currency": "CNY",
                 *         "status": "returned",
                 *         "failure_code": "account_closed",
                 *         "hold_reason": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "payout.returned";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onMerchantBankAccountChanged: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "merchant.bank_account_changed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 46,
                 *       "object_id": "bka_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "bank_name": "Test Bank",
                 *         "last4": "0001"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "merchant.bank_account_changed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onKeyCreated: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "key.created",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 47,
                 *       "object_id": "key-2",
                 *       "object_version": 1,
                 *       "data": {
                 *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                 *         "algorithm": "ed25519",
                 *         "scopes": [
                 *           "read",
                 *           "orders",
                 *           "refunds"
                 *         ],
                 *         "status": "active",
                 *         "expires_at": null,
                 *         "by": "key-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "key.created";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onKeyExpiring: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "key.expiring",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 48,
                 *       "object_id": "key-2",
                 *       "object_version": 2,
                 *       "data": {
                 *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                 *         "algorithm": "ed25519",
                 *         "scopes": [
                 *           "read",
                 *           "orders",
                 *           "refunds"
                 *         ],
                 *         "status": "active",
                 *         "expires_at": "2026-03-02T08:30:00.000Z",
                 *         "by": "key-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "key.expiring";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onKeyRevoked: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "key.revoked",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 49,
                 *       "object_id": "key-2",
                 *       "object_version": 3,
                 *       "data": {
                 *         "key_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2",
                 *         "algorithm": "ed25519",
                 *         "scopes": [
                 *           "read",
                 *           "orders",
                 *           "refunds"
                 *         ],
                 *         "status": "revoked",
                 *         "expires_at": null,
                 *         "by": "key-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "key.revoked";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onKeySourceChanged: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "key_source.changed",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 50,
                 *       "object_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "jwks_url": "https://shop.example/jwks.json",
                 *         "scopes": [
                 *           "read",
                 *           "orders"
                 *         ],
                 *         "by": "key-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "key_source.changed";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointFailing: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "webhook_endpoint.failing",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 51,
                 *       "object_id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "url": "https://shop.example/webhooks",
                 *         "failing_since": "2026-03-01T08:30:00.000Z",
                 *         "disabled_from": "2026-03-06T08:30:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "webhook_endpoint.failing";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointTest: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "webhook_endpoint.test",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 52,
                 *       "object_id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 1,
                 *       "data": {
                 *         "url": "https://shop.example/webhooks"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "webhook_endpoint.test";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointDisabled: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the event, the same for every attempt.
                 * @example evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071
                 */
                "webhook-id": components["parameters"]["webhook-id"];
                /**
                 * @description When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.
                 * @example 1772353800
                 */
                "webhook-timestamp": components["parameters"]["webhook-timestamp"];
                /**
                 * @description Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["webhook-signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "webhook_endpoint.disabled",
                 *       "id": "evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "timestamp": "2026-03-01T08:30:00.000Z",
                 *       "merchant_id": "mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "environment": "live",
                 *       "sequence": 53,
                 *       "object_id": "whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071",
                 *       "object_version": 2,
                 *       "data": {
                 *         "url": "https://shop.example/webhooks",
                 *         "reason": "failing"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookMessage"] & {
                    /** @constant */
                    type?: "webhook_endpoint.disabled";
                };
            };
        };
        responses: {
            /** @description You do not want any more: the endpoint is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description You have it. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
