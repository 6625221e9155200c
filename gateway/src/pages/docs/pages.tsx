import { eventExamples, type MerchantEventType } from '../../http/event-examples.ts';
import { problemTitles } from '../../http/problem-titles.ts';
import { Changelog, EventPage, EventsPage, Introduction, Signing, TagPage } from './chapters.tsx';
import type { Contract } from './contract.ts';
import type { DocsPage } from './frame.tsx';
import { OperationPage } from './operation.tsx';
import { eventPath, operationPath, problemPath, tagPath } from './paths.ts';
import { problemCodes, ProblemPage, ProblemsPage } from './problems.tsx';

type MakePage = () => Omit<DocsPage, 'path'>;

/** Every page of the documentation by its path. */
export function pagesOf(contract: Contract): Map<string, MakePage> {
  const tagOf = (name: string) => contract.tags.find((tag) => tag.name === name);
  const types = Object.keys(eventExamples) as MerchantEventType[];
  return new Map<string, MakePage>([
    ['/docs', () => ({ title: 'Start here', body: <Introduction contract={contract} /> })],
    ['/docs/signing', () => ({ title: 'Signing requests', body: <Signing contract={contract} /> })],
    ['/docs/events', () => ({ title: 'Events and webhooks', body: <EventsPage contract={contract} /> })],
    ['/docs/problems', () => ({ title: 'Problems', body: <ProblemsPage /> })],
    ['/docs/changelog', () => ({ title: 'Changelog', body: <Changelog /> })],
    ...contract.tags.map((tag): [string, MakePage] => [
      tagPath(tag),
      () => ({ title: tag.name, tag, body: <TagPage tag={tag} /> }),
    ]),
    ...contract.operations.map((operation): [string, MakePage] => [
      operationPath(operation.operationId),
      () => ({
        title: operation.summary,
        tag: tagOf(operation.tag),
        body: <OperationPage contract={contract} operation={operation} />,
      }),
    ]),
    ...problemCodes.map((code): [string, MakePage] => [
      problemPath(code),
      () => ({ title: problemTitles[code], body: <ProblemPage contract={contract} code={code} /> }),
    ]),
    ...types.map((type): [string, MakePage] => [
      eventPath(type),
      () => ({ title: type, body: <EventPage type={type} /> }),
    ]),
  ]);
}
