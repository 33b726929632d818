/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.ra.PeeklockResourceAdapter;
import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import org.junit.jupiter.api.Test;

/** Beans with every kind of subscription, and with selectors (Jakarta Messaging 3.1, 12.8). */
class SubscribingBeansTest extends InboundFixture {

    private static final String NEWS = "news";

    private PeeklockActivationSpec ofNews() {
        PeeklockActivationSpec spec = spec();
        spec.setDestinationName(NEWS);
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }

    private void awaitSeenInAnyOrder(String... texts) {
        soon().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(texts));
    }

    @Test
    void aSubscriptionOfItsOwnGivesEachMessageToOneBean() throws Exception {
        PeeklockActivationSpec spec = ofNews();
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        publish(NEWS, "a", "b", "c");
        awaitSeenInAnyOrder("a", "b", "c");
        adapter.endpointDeactivation(beans, spec);
        soon().untilAsserted(
                        () -> assertThat(namespace().subscriptions(NEWS).join()).isEmpty());
    }

    @Test
    void aDurableOneTakesInWhatComesMeanwhile() throws Exception {
        PeeklockActivationSpec spec = durable("archive");
        spec.setClientId("archivist");
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        publish(NEWS, "a", "b");
        awaitSeenInAnyOrder("a", "b");
        adapter.endpointDeactivation(beans, spec);
        publish(NEWS, "c");
        PeeklockActivationSpec again = durable("archive");
        again.setClientId("archivist");
        activate(Kind.TRANSACTED, again, seeing());
        awaitSeenInAnyOrder("a", "b", "c");
    }

    private PeeklockActivationSpec durable(String name) {
        PeeklockActivationSpec spec = ofNews();
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName(name);
        return spec;
    }

    @Test
    void aSharedDurableOneIsThatOfSeveralAdapters() throws Exception {
        PeeklockResourceAdapter second = started();
        try {
            activateShared(adapter, "first");
            activateShared(second, "second");
            publish(NEWS, "a", "b", "c", "d");
            soon().untilAsserted(() -> assertThat(seen).hasSize(4));
            assertThat(seen.stream().map(text -> text.substring(text.length() - 1)))
                    .containsExactlyInAnyOrder("a", "b", "c", "d");
        } finally {
            second.stop();
        }
    }

    private void activateShared(PeeklockResourceAdapter in, String who) throws Exception {
        PeeklockActivationSpec spec = durable("ledger");
        spec.setSharedSubscription("true");
        spec.setMaxSessions("2");
        in.endpointActivation(new TestBeans(Kind.TRANSACTED, message -> seen.add(who + " " + text(message))), spec);
    }

    @Test
    void aSharedOneThatIsNotDurable() throws Exception {
        PeeklockActivationSpec spec = ofNews();
        spec.setSharedSubscription("true");
        spec.setSubscriptionName("screens");
        activate(Kind.TRANSACTED, spec, seeing());
        publish(NEWS, "a", "b");
        awaitSeenInAnyOrder("a", "b");
    }

    @Test
    void aSubscriptionIsReachedByItsPathToo() throws Exception {
        PeeklockActivationSpec first = durable("ledger");
        first.setSharedSubscription("true");
        TestBeans beans = activate(Kind.TRANSACTED, first, seeing());
        adapter.endpointDeactivation(beans, first);
        publish(NEWS, "a");
        PeeklockActivationSpec spec = spec();
        String client = namespace().subscriptions(NEWS).join().get(0).name();
        spec.setDestinationName(NEWS + "/Subscriptions/" + client);
        activate(Kind.TRANSACTED, spec, seeing());
        awaitSeenInAnyOrder("a");
    }

    @Test
    void aSelectorLeavesTheOthersThere() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMessageSelector("kind = 'tea'");
        activate(Kind.TRANSACTED, spec, seeing());
        try (MessageProducer producer = session.createProducer(session.createQueue(ORDERS))) {
            for (String kind : new String[] {"coffee", "tea"}) {
                Message message = session.createTextMessage(kind);
                message.setStringProperty("kind", kind);
                producer.send(message);
            }
        }
        awaitSeen("tea");
        awaitStates(ORDERS, "Active");
    }
}
