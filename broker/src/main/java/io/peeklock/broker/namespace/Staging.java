/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.StagedSettlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.Submission;
import io.peeklock.broker.partition.TransactionWork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks the work of transactions before their partitions see it: whether it can be done there at all (rules X1, X4). It is a
 * use of its entities (rule W2).
 *
 * <p>Thread safe. What cannot be done is thrown.
 */
final class Staging {
    private final PartitionSet partitions;
    private final Sending sending;

    Staging(PartitionSet partitions, Sending sending) {
        this.partitions = partitions;
        this.sending = sending;
    }

    /**
     * Work in several partitions; of that in which there is nothing to do nothing is left.
     *
     * @throws BrokerException also if a partition is named twice
     */
    List<StagedPart> of(List<PartitionCommit> parts) {
        Set<Integer> named = new HashSet<>();
        List<StagedPart> staged = new ArrayList<>(parts.size());
        for (PartitionCommit part : parts) {
            StagedPart one = of(part);
            if (!named.add(part.partition())) {
                throw new BrokerException(
                        ErrorCode.InvalidOperation,
                        "partition " + part.partition()
                                + " is named twice: name each once, with all that is done in it");
            }
            if (!one.isEmpty()) {
                staged.add(one);
            }
        }
        return staged;
    }

    StagedPart of(PartitionCommit work) {
        partitions.require(work.partition());
        List<Submission> staged = new ArrayList<>(work.sends().size());
        for (OutgoingMessage send : work.sends()) {
            EntityRoute route = sending.sendable(send.destination(), send.message());
            requireSameEntity(route, send);
            Sending.requireIn(route, send.destination(), work.partition());
            staged.add(new Submission(route.entityId(), send.message(), send.scheduledMs(), send.sequenceNumber()));
        }
        for (StagedSettlement one : work.settlements()) {
            LockToken token = one.token();
            requireIn(work, token.partition(), "message " + token.sequenceNumber());
            partitions.use(token);
        }
        for (StagedSessionState one : work.states()) {
            SessionToken token = one.session();
            requireIn(work, token.partition(), "session " + token.sessionId());
            partitions.use(token);
        }
        return new StagedPart(work.partition(), new TransactionWork(staged, work.settlements(), work.states()));
    }

    /** Rule W4: another entity of the same name is not meant, and a number that was reserved is none of its numbers. */
    private static void requireSameEntity(EntityRoute route, OutgoingMessage send) {
        if (send.entityId() != 0 && send.entityId() != route.entityId()) {
            throw new BrokerException(
                    ErrorCode.EntityNotFound,
                    send.destination()
                            + " was deleted after the transaction had sent to it, and another one was created:"
                            + " nothing was committed, begin anew");
        }
    }

    private static void requireIn(PartitionCommit work, int partition, String what) {
        if (partition != work.partition()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    what + " lies in partition " + partition + ", the transaction is in partition " + work.partition());
        }
    }
}
