/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.journal.JournalStore;
import io.peeklock.journal.inspect.RecordDescriber;
import java.nio.ByteBuffer;

/**
 * Tells the inspector what the records of the definitions mean.
 *
 * <p>Stateless, thread safe.
 */
public final class DefinitionRecordDescriber implements RecordDescriber {

    @Override
    public boolean knows(int journal) {
        return journal == JournalStore.DEFINITIONS;
    }

    @Override
    public String name(int kind) {
        for (DefinitionRecord known : DefinitionRecord.values()) {
            if (known.kind() == kind) {
                return known.name();
            }
        }
        return "";
    }

    @Override
    public String describe(int kind, ByteBuffer body) {
        if (kind == DefinitionRecord.CENSUS.kind()) {
            return "";
        }
        try {
            if (kind == DefinitionRecord.RULE.kind()) {
                RuleDefinition rule = RuleDefinition.decode(body);
                return "rule " + rule.id() + " '" + rule.name() + "' of subscription " + rule.subscriptionId() + ": "
                        + rule.filter() + (rule.action() == null ? "" : " " + rule.action());
            }
            if (kind == DefinitionRecord.POLICY.kind()) {
                // Its keys are nobody's business here.
                PolicyDefinition policy = PolicyDefinition.decode(body);
                return "policy " + policy.id() + " '" + policy.name() + "' of "
                        + (policy.entityId() == 0 ? "the namespace" : "entity " + policy.entityId()) + ": "
                        + policy.claims();
            }
            if (kind == DefinitionRecord.TRANSACTION_LOG.kind()) {
                TransactionLogDefinition log = TransactionLogDefinition.decode(body);
                return "transaction manager '" + log.node() + "' has log " + log.log();
            }
            EntityDefinition entity = EntityDefinition.decode(body);
            return "entity " + entity.id() + " version " + entity.version() + ": " + entity.description();
        } catch (RuntimeException e) {
            return "cannot be read: " + e.getMessage();
        }
    }
}
