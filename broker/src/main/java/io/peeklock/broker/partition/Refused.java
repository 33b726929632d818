/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

/**
 * A message that an entity does not take. Immutable.
 *
 * @param number its number where it comes from
 */
record Refused(long number, Refusal why) {}
