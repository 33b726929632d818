/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator sees of an entity's messages and sessions, and does with them, without receiving them.
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}.
 */
public interface MessageAdministration {

    /**
     * Sessions with messages, state or holder, by their ids (rule G8).
     *
     * @param after the id behind which the list begins, null for all
     * @param max 1 to 1,000
     */
    CompletableFuture<List<SessionInfo>> listSessions(EntityPath source, @Nullable String after, int max);

    /**
     * Looks at messages without taking them (rules N6, N7), in order of sequence number, from {@code fromSequenceNumber}
     * on. May find fewer than there are, where they are large; only an empty list means that there is nothing more.
     *
     * @param max 1 to 250
     */
    CompletableFuture<List<Delivery>> peek(EntityPath source, long fromSequenceNumber, int max);

    /** As {@link #peek}, at the messages of one session (message group), without its lock (rule N8). */
    CompletableFuture<List<Delivery>> peekSession(
            EntityPath source, String sessionId, long fromSequenceNumber, int max);

    /**
     * Looks at messages without taking them in the order in which they would be received, partition by partition: those
     * that can be received and those that are locked. Bodies of messages that the filter does not want are not read.
     *
     * @param filter null for all
     * @param from {@link BrowsePosition#START}, or where the page before ended
     * @param max 1 to 250
     */
    CompletableFuture<BrowsePage> browse(
            EntityPath source, @Nullable MessageFilter filter, BrowsePosition from, int max);

    /**
     * Removes messages for good, in order of their numbers, partition by partition: of a queue, a subscription or one's
     * dead-letter queue, or what waits in a topic for its time; in any state, but not under lock. What comes while it runs
     * stays. Their ids stay known to the detection of duplicates. A status of the entity does not bar it.
     */
    BulkOperation purgeMessages(EntityPath source, MessageSelection selection);

    /**
     * Puts dead letters back into the queue or subscription in which they were dead-lettered, in order of their numbers,
     * partition by partition: each atomically, behind what is there, with a sequence number of its own, its first one as
     * enqueued sequence number (rule N2), its session, a delivery count of 0 and a new time to live, counted from now. Reason
     * and description are gone, properties stay as settlements changed them (rule L11). It is no duplicate of itself, and a
     * full entity does not bar it: it was counted there already. What is dead-lettered while this runs is not meant.
     *
     * <p>Dead letters that are deferred are left, and counted, unless the selection names their state. One without a session id,
     * where sessions are required, is refused. Fails with EntityDisabled where nothing may be sent (rule W3).
     *
     * @param deadLetterQueue {@code orders/$deadletterqueue}
     */
    BulkOperation redriveMessages(EntityPath deadLetterQueue, MessageSelection selection);

    /**
     * Moves messages to another queue, topic or subscription, in order of their numbers, partition by partition: each is in
     * exactly one of the two, whatever crashes. It is there a message that has come now, as a forwarded one is (rules N2, P12), with the
     * properties that settlements changed, a delivery count of 0 and a new time to live; a delayed one is delayed there too.
     * It is no duplicate there, also if its id was seen, and its id is known from now on (rule U1).
     * What the destination does not take stays, and is counted as refused. Under way to another partition a message counts as
     * locked; if that is out, this waits for it.
     *
     * <p>What is deferred or waits for a time is left, and counted, unless the selection names its state. Fails with
     * QuotaExceeded when the namespace has no room; with InvalidOperation where either is a temporary entity, or the source
     * requires sessions and is not its dead-letter queue.
     *
     * @param source a queue, a subscription or one's dead-letter queue
     * @param destination another queue or topic, or a subscription, which takes them whatever its rules say
     */
    BulkOperation moveMessages(
            EntityPath source, EntityPath destination, MessageSelection selection, DeadLetterProperties properties);

    /**
     * Puts an edited message in the place of a dead letter, and back into the queue or subscription in which that was
     * dead-lettered: atomically, as {@link #redriveMessages} does, with a number of its own, with which the future completes.
     * It must be what may be sent there: it is checked as a send is, but is no duplicate, and does not wait for its delay. Its
     * id is known from now on to the detection of duplicates. Fails with MessageNotFound for a number that no dead letter has,
     * or one under lock. If its key, or session, lies in another partition than the dead letter, that counts as locked under way,
     * and this waits for the other partition if it is out; if the dead letter's fails meanwhile: OutcomeUnknown, and in the end one
     * of the two is there.
     *
     * @param deadLetterQueue {@code orders/$deadletterqueue}
     * @param edited begun with {@link Delivery#edit} of a peek, for example
     */
    CompletableFuture<Long> resubmit(EntityPath deadLetterQueue, long sequenceNumber, Message edited);

    /** Counts of an entity (rule D6); of a topic, its scheduled messages: others lie in its subscriptions. */
    CompletableFuture<EntityCounters> counters(EntityPath entity);

    /**
     * Counts and sizes of an entity by state, dead-letter queue apart, the age of its oldest message, and its sessions (rule
     * D6), and what has happened in it. Costs hardly more than {@link #counters}.
     */
    CompletableFuture<EntityStatistics> statistics(EntityPath entity);

    /**
     * The same of all that is defined, temporary entities not, in the order in which it was created. For many at a time it costs
     * far less than one by one, and holds up nobody for long; they are not counted at one instant.
     *
     * @param max how many at most: the oldest
     */
    CompletableFuture<Map<EntityPath, EntityStatistics>> statisticsOfEach(int max);
}
