import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { searchAttributes } from '../domain/run-status.js';

/** The search attributes with their types. */
export const keys = {
  run: defineSearchAttributeKey(searchAttributes.run, SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey(searchAttributes.stage, SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD),
  progress: defineSearchAttributeKey(searchAttributes.progress, SearchAttributeType.DOUBLE),
  tags: defineSearchAttributeKey(searchAttributes.tags, SearchAttributeType.KEYWORD_LIST),
};
