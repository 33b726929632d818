/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.entity.EntityPath;

/**
 * A subscription that is there, and one consumer's share in it.
 *
 * <p>Immutable; thread safe as its share is.
 */
record OpenedSubscription(EntityPath path, ConsumerShare share) {}
