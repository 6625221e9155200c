/** What the operations of each tag are about, in the order in which an integrator meets them. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  Checkout:
    'A checkout session is one try to pay one cart. Your server opens it, the shopper chooses a plan and confirms on the hosted page, and your server turns the confirmed session into an order.',
  Orders:
    'An order is what a shopper agreed to pay you. Authorize it, capture it when you ship, refund what comes back, void what will not be shipped. You are paid for what you captured; collecting from the shopper is not your business.',
  Returns:
    'Goods on their way back. A declared return pauses what the shopper owes until you accept it, which refunds, or reject it.',
  Disputes:
    'A shopper says that something is wrong with an order. Answer with words and files until `response_due_at`, or accept; an operator decides.',
  Agreements:
    'A shopper agrees once, and you charge later orders without a checkout, within ceilings: for taxis, deliveries, subscriptions.',
  Plans: 'What a shopper owes for an order, and when. You may read it; you never have to act on it.',
  Settlement:
    'What you are owed, day by day, and how it was paid to your bank. Each amount names what caused it and can be explained to the last unit.',
  Ledger:
    'Proofs that your money was booked as you were told, which you can check offline without trusting us.',
  Events:
    'Everything that happens to your objects, numbered without gaps. The feed is the truth; webhooks tell you at once that there is something to read.',
  Keys: 'The public keys that your requests are signed with: register, rotate and revoke them without downtime.',
  Browser:
    'What the pages of your shop may ask by themselves, with a publishable key or a client token. Nothing here tells anything of a shopper.',
  Funders: 'What those who lend the money may read of the debts that they own.',
  'Bank accounts': 'Bank accounts of merchants and shoppers, and whether they were shown to be theirs.',
  Sandbox:
    'A gateway of your own to test with. Its clock stands still until you move it, its shoppers, cards and banks do what you tell them, and nothing in it is real.',
  System: 'Whether the gateway works, and its public keys.',
};
