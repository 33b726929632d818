/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * What the records of the definitions' journal are. Ids are on disk: never changed or reused.
 *
 * <p>Immutable.
 */
enum DefinitionRecord {
    /** The one record that says which id the next entity gets and how many of them, of rules, of policies and of transaction logs there are: format byte 1, id i64, count i32. */
    CENSUS(1),
    /** An {@link EntityDefinition}, under the entity's id. */
    DEFINITION(2),
    /** A {@link RuleDefinition}, under the rule's id. */
    RULE(3),
    /** A {@link PolicyDefinition}, under the policy's id. */
    POLICY(4),
    /** A {@link TransactionLogDefinition}, under its id. */
    TRANSACTION_LOG(5);

    private final int kind;

    DefinitionRecord(int kind) {
        this.kind = kind;
    }

    int kind() {
        return kind;
    }
}
