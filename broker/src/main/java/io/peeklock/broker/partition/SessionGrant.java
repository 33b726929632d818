/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.SessionToken;

/**
 * A session that a subscriber holds from now on. Immutable.
 *
 * @param lockedUntilMs wall time at which its lock ends unless it is renewed
 */
public record SessionGrant(SessionToken token, long lockedUntilMs) {}
