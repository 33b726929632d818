/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * Which messages of a topic a rule takes (rule R4).
 *
 * <p>Immutable. What it says is checked when the rule is made: these are plain values.
 */
public sealed interface RuleFilter permits TrueFilter, FalseFilter, SqlFilter, CorrelationFilter, SelectorFilter {}
