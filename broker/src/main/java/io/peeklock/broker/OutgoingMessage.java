/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;

/** A message and where it goes: one send of a {@link PartitionCommit}. */
public record OutgoingMessage(EntityPath destination, Message message) {}
