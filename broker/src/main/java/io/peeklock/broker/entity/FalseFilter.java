/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * Takes no message.
 *
 * <p>Immutable.
 */
public record FalseFilter() implements RuleFilter {}
