import type { VNode } from 'preact';
import { readShopperDossier, type ShopperDossier } from '../../../dossiers/shopper.ts';
import { readShopperTimeline } from '../../../dossiers/timeline.ts';
import type { Tx } from '../../../lib/tx.ts';
import { seesPersonalData } from '../../../operators/shown.ts';
import { findIdentity, type Identity } from '../../../shoppers/identity.ts';
import { type Contact, findContact } from '../../../shoppers/profile.ts';
import { formatDate } from '../../../notifications/format.ts';
import { formatInstant, maskPhone } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { queryOf, withQuery } from '../../query.ts';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput, may } from '../input.ts';
import { Facts } from '../../parts/facts.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { consolePath } from '../paths.ts';
import { LinksCard } from '../parts/links-card.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { ShopperActions } from './actions.tsx';
import { Cases, Consents, Guarantees, Messages } from './told.tsx';
import { Lines, Payments, Plans, Score } from './owes.tsx';
import { whyLength } from './steps.ts';

type Person = { contact: Contact | undefined; identity: Identity | undefined };

/** Everything about one shopper. That somebody looked is kept; personal data stay hidden until they say why. */
export async function showShopper(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.shoppers;
  const dossier = await readShopperDossier(tx, String(req.params.shopperId));
  const { id: shopperId } = dossier;
  const before = queryOf(req, 'before');
  await audit(tx, visit, 'shopper_viewed', { objectId: shopperId });
  const isShown = await seesPersonalData(tx, { operatorId: visit.operator.id, shopperId });
  const person = await readPerson(tx, dossier);
  const entries = await readShopperTimeline(tx, { shopperId, before });
  const path = `${consolePath(visit.environment.id, 'shoppers')}/${shopperId}`;
  const props = { input, dossier };
  return {
    title: t.one,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="shoppers" title={t.one}>
        <PersonCard {...props} person={person} isShown={isShown} />
        <Lines {...props} />
        <Score {...props} />
        <Plans {...props} />
        <Payments {...props} />
        <Cases {...props} />
        <Consents {...props} />
        <Guarantees {...props} />
        <LinksCard
          input={input}
          links={dossier.links}
          title={input.t.links.ofShopper}
          empty={input.t.links.noneOfShopper}
          sides={['merchant']}
        />
        <Messages {...props} />
        <Timeline input={input} t={t} path={path} entries={entries} />
        {dossier.erasedAt === null && <ShopperActions {...props} />}
      </ConsoleFrame>
    ),
  };
}

/** Nothing of it opens once the shopper was erased. */
async function readPerson(tx: Tx, { id, erasedAt }: ShopperDossier): Promise<Person> {
  if (erasedAt !== null) return { contact: undefined, identity: undefined };
  return { contact: await findContact(tx, id), identity: await findIdentity(tx, id) };
}

type PersonProps = { input: ConsoleInput; dossier: ShopperDossier; person: Person; isShown: boolean };

function PersonCard({ input, dossier, person, isShown }: PersonProps): VNode {
  const { visit } = input;
  const { locale, environment } = visit;
  const t = input.t.shoppers;
  const { contact, identity } = person;
  const instant = (at: Date) => formatInstant(locale, at, environment.timeZone);
  const told = (value: string | undefined) => (value === undefined ? t.none : isShown ? value : t.hidden);
  const phone = contact && (isShown ? contact.phone : maskPhone(contact.phone));
  const auditPath = withQuery(consolePath(environment.id, 'audit'), { about: dossier.id });
  return (
    <section class="card" aria-labelledby="person-heading">
      <h2 id="person-heading">{t.person}</h2>
      {dossier.erasedAt !== null && <p>{t.erased(instant(dossier.erasedAt))}</p>}
      <Facts
        facts={[
          [t.id, <code>{dossier.id}</code>],
          [t.since, instant(dossier.createdAt)],
          [t.language, dossier.locale],
          [t.phone, phone ?? t.none],
          [t.mail, told(contact?.mail)],
          [t.name, told(identity?.name)],
          [t.birthDate, told(identity && formatDate(locale, identity.birthDate))],
        ]}
      />
      {may(input, 'audit') && (
        <p class="asides">
          <a href={auditPath}>{t.audited}</a>
        </p>
      )}
      {isShown && <p class="hint">{t.isShown}</p>}
      {!isShown && contact !== undefined && may(input, 'personal_data') && <ShowForm input={input} />}
    </section>
  );
}

function ShowForm({ input }: { input: ConsoleInput }): VNode {
  const { visit, req, token } = input;
  const t = input.t.shoppers;
  const path = `${consolePath(visit.environment.id, 'shoppers')}/${String(req.params.shopperId)}`;
  return (
    <details open={input.said === 'personal_data_why'}>
      <summary>{t.show}</summary>
      <PostForm action={`${path}/show`} token={token} class="step">
        <MessageText
          name="note"
          id="why"
          label={t.showWhy}
          hint={t.showHint}
          rows={2}
          maxlength={whyLength.most}
        />
        <button class="button quiet" type="submit">
          {t.showButton}
        </button>
      </PostForm>
    </details>
  );
}
