/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PreparedBranch;

/**
 * A part of a transaction that is prepared in a partition, or that an administrator has ended there (rule X5).
 *
 * <p>Immutable, thread safe.
 *
 * @param part what it is called, and who decides it
 * @param state where it stands
 * @param sends messages that wait here to be sent, copies of a topic's counted each; 0 once it was ended
 * @param messages received messages that it keeps locked here; 0 once it was ended
 * @param preparedAtMs wall time at which it was prepared
 */
public record PartInfo(PreparedPart part, PreparedBranch.State state, int sends, int messages, long preparedAtMs) {}
