/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.QueueActivity;
import io.peeklock.broker.entity.EntityPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.stereotype.Component;

/** Where orders are taken, looked at, and given again. */
@Component
public class Counter {

    private static final EntityPath ORDERS = EntityPath.queue("orders");
    private static final EntityPath LETTERS = ORDERS.deadLetterQueue();

    private final JmsTemplate template;
    private final Namespace namespace;

    Counter(JmsTemplate template, Namespace namespace) {
        this.template = template;
        this.namespace = namespace;
    }

    void order(String drink) {
        template.convertAndSend("orders", drink);
    }

    /** Orders that nobody could make, with the reason why they are there. */
    List<String> deadLetters() {
        return namespace.peek(LETTERS, 0, 100).join().stream()
                .map(Counter::show)
                .toList();
    }

    private static String show(Delivery letter) {
        String drink = StandardCharsets.UTF_8.decode(letter.message().body()).toString();
        return drink + ", " + letter.deadLetterReason() + ": " + letter.deadLetterDescription();
    }

    /** Gives all of them again; returns how many that were. */
    long redrive() {
        return namespace
                .redriveMessages(LETTERS, MessageSelection.ALL)
                .result()
                .join()
                .done();
    }

    EntityCounters counts() {
        return namespace.counters(ORDERS).join();
    }

    /** What has happened to orders since the application was started; the starter has it as meters too. */
    QueueActivity activity() {
        return namespace.statistics(ORDERS).join().queue().activity();
    }

    /** Returns when no order is waiting or being made. */
    void awaitAllDone() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler()) {
            Future<?> looking = scheduler.scheduleWithFixedDelay(() -> look(done), Duration.ofMillis(50));
            done.get(1, TimeUnit.MINUTES);
            looking.cancel(false);
        }
    }

    private void look(CompletableFuture<Void> done) {
        EntityCounters counts = counts();
        if (counts.active() + counts.locked() == 0) {
            done.complete(null);
        }
    }
}
