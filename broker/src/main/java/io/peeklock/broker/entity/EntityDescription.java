/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * The settings of an entity as its maker wants them.
 *
 * <p>Immutable.
 */
public sealed interface EntityDescription permits QueueDescription, TopicDescription, SubscriptionDescription {

    /** What it is called. */
    EntityPath path();

    /**
     * Whether it is in no journal, nor are its messages, and it goes with the namespace at the latest (rule W6).
     */
    boolean temporary();

    /** What it does besides holding messages. */
    EntityOptions options();
}
