import type { OutboxName, Retriable } from '../../../jobs/outboxes.ts';
import type { ScheduledJob } from '../../../jobs/scheduled.ts';

const outboxesEn: Record<OutboxName, string> = {
  events: 'events without a number yet',
  deliveries: 'webhooks to be sent',
  messages: 'messages to be sent',
  attempts: 'payments without an answer',
  news: 'news of the processor that nobody could use',
};

const troubledEn: Record<Retriable, string> = {
  attempts: 'Payments tried without an answer',
  deliveries: 'Webhooks that were not taken',
  messages: 'Messages that failed',
};

const statesEn: Record<ScheduledJob['state'], string> = {
  waiting: 'waits',
  running: 'runs',
  failed: 'failed for good',
};

/** What the section of jobs says. */
export const consoleJobsEn = {
  title: 'Jobs',
  intro: 'What has to be done behind requests, and what did not go well. Times are the wall’s.',
  outboxes: 'What waits in this environment',
  outbox: 'Of what',
  names: outboxesEn,
  waiting: 'Waits',
  due: 'Due now',
  oldest: 'Due since',
  stuck: 'Left behind',
  stuckHint:
    'Left behind is what somebody took and did not give back. Another process takes it over; where that does not happen, no worker runs.',
  nothing: 'none',
  troubled: troubledEn,
  none: 'There are none.',
  id: 'Id',
  about: 'Of',
  kind: 'Kind',
  tries: 'Tries',
  failure: 'Last failure',
  next: 'Next try',
  never: 'never',
  retry: 'Try now',
  step: 'Step',
  newsHint: 'Unused news is looked at under payouts.',
  scheduled: 'Jobs of the scheduler',
  scheduledHint: 'They belong to the whole installation. Jobs that went well leave no trace.',
  noJobs: 'None waits, and none has failed.',
  job: 'Job',
  state: 'State',
  states: statesEn,
  attempts: 'Attempts',
  of: (attempts: string, most: string) => `${attempts} of ${most}`,
  runAt: 'Runs at',
  error: 'Last error',
  tasks: 'What the clock starts',
  noTasks: 'No worker has run on this database yet.',
  task: 'Task',
  started: 'Last started',
};

/** What is said after a retry. */
export const jobSaidEn = {
  job_retried: 'It is tried again at once.',
  job_over: 'There is nothing to try again: it is done, gone, or being tried just now.',
};

/** How the audit log names it. */
export const jobActionsEn = {
  outbox_retried: 'had something tried again',
  job_retried: 'had a job run again',
};

export const consoleJobsZhCn: typeof consoleJobsEn = {
  title: '后台任务',
  intro: '请求之外要完成的工作，以及未能顺利完成的工作。时间为实际时间。',
  outboxes: '此环境中等待的工作',
  outbox: '类别',
  names: {
    events: '尚无编号的事件',
    deliveries: '待发送的 Webhook',
    messages: '待发送的消息',
    attempts: '尚无结果的支付',
    news: '无法使用的支付处理方消息',
  },
  waiting: '等待',
  due: '已到时',
  oldest: '最早到时',
  stuck: '滞留',
  stuckHint: '滞留是指已被领取但未交回的工作。其他进程会接手；若未接手，说明没有后台进程在运行。',
  nothing: '无',
  troubled: {
    attempts: '尝试后仍无结果的支付',
    deliveries: '未被接收的 Webhook',
    messages: '发送失败的消息',
  },
  none: '没有。',
  id: '编号',
  about: '对象',
  kind: '类别',
  tries: '次数',
  failure: '最近一次失败',
  next: '下次尝试',
  never: '从未',
  retry: '立即重试',
  step: '步骤',
  newsHint: '未使用的消息请在“付款”中查看。',
  scheduled: '调度器的任务',
  scheduledHint: '它们属于整个系统。顺利完成的任务不留记录。',
  noJobs: '没有等待或失败的任务。',
  job: '任务',
  state: '状态',
  states: { waiting: '等待', running: '运行中', failed: '彻底失败' },
  attempts: '尝试',
  of: (attempts, most) => `第 ${attempts} 次，共 ${most} 次`,
  runAt: '运行时间',
  error: '最近一次错误',
  tasks: '定时启动的任务',
  noTasks: '此数据库上尚未运行过后台进程。',
  task: '任务',
  started: '上次启动',
};

export const jobSaidZhCn: typeof jobSaidEn = {
  job_retried: '将立即重试。',
  job_over: '没有可重试的内容：已完成、已不存在或正在尝试。',
};

export const jobActionsZhCn: typeof jobActionsEn = {
  outbox_retried: '重试一项工作',
  job_retried: '重新运行一个任务',
};
