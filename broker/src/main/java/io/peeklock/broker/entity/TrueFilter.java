/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * Takes every message: the filter of a new subscription (rule R1).
 *
 * <p>Immutable.
 */
public record TrueFilter() implements RuleFilter {}
