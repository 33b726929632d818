/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.ra.AdministeredQueue;
import io.peeklock.ra.AdministeredTopic;
import io.peeklock.ra.PeeklockResourceAdapter;
import io.peeklock.ra.inbound.ActivationSettings.Address;
import io.peeklock.ra.inbound.TestBeans.Kind;
import io.peeklock.ra.outbound.PeeklockManagedConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import java.util.UUID;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an activation looks up in the server: {@code connectionFactoryLookup}, {@code destinationLookup}. */
class LookupTest extends InboundFixture {

    private static final String BUS = "java:global/bus";
    private static final String QUEUE = "java:global/orders";

    @BeforeEach
    void install() {
        TestNames.install();
    }

    @AfterEach
    void uninstall() {
        TestNames.uninstall();
    }

    private PeeklockManagedConnectionFactory bindFactory(@Nullable String itsUrl) throws ResourceException {
        PeeklockManagedConnectionFactory managed = new PeeklockManagedConnectionFactory();
        managed.setResourceAdapter(adapter);
        managed.setUrl(itsUrl);
        TestNames.bind(BUS, managed.createConnectionFactory());
        return managed;
    }

    /** Of the queue on the fixture's bus, by an adapter that knows another bus. */
    private PeeklockActivationSpec ofAnAdapterElsewhere() throws ResourceException {
        adapter.stop();
        adapter = new PeeklockResourceAdapter();
        adapter.setUrl("peeklock:mem:" + UUID.randomUUID());
        adapter.start(server);
        PeeklockActivationSpec spec = spec();
        spec.setConnectionFactoryLookup(BUS);
        return spec;
    }

    @Test
    void theUrlIsThatOfTheConnectionFactory() throws Exception {
        PeeklockActivationSpec spec = ofAnAdapterElsewhere();
        bindFactory(url);
        activate(Kind.TRANSACTED, spec, seeing());
        send(ORDERS, "a");
        awaitSeen("a");
        awaitStates(ORDERS);
    }

    @Test
    void soIsTheUserUnlessTheBeanNamesOne() throws Exception {
        PeeklockManagedConnectionFactory managed = bindFactory(url);
        managed.setUserName("shop");
        managed.setPassword("s");
        assertThat(login(null, null)).isEqualTo(new BusAddress.Login(url, "shop", "s"));
        assertThat(login("bean", "b")).isEqualTo(new BusAddress.Login(url, "bean", "b"));
    }

    @Test
    void whatTheConnectionFactoryDoesNotSayTheAdapterDoes() throws Exception {
        adapter.setUserName("adapter");
        adapter.setPassword("a");
        bindFactory(null);
        assertThat(login(null, null)).isEqualTo(new BusAddress.Login(url, "adapter", "a"));
    }

    private BusAddress.Login login(@Nullable String user, @Nullable String password) throws Exception {
        return new BusAddress(new Address(BUS, null, user, password), adapter).login();
    }

    /** As on Open Liberty. */
    @Test
    void whatTheServerGivesTheBeanOfTheAdaptersHidesNothingOfTheConnectionFactory() throws Exception {
        PeeklockActivationSpec spec = ofAnAdapterElsewhere();
        adapter.setUserName("adapter");
        adapter.setPassword("a");
        spec.setResourceAdapter(adapter);
        spec.setUrl(adapter.getUrl());
        spec.setUserName("adapter");
        spec.setPassword("a");
        bindFactory(url);

        assertThat(spec.settings().address()).isEqualTo(new Address(BUS, null, null, null));
    }

    @Test
    void anotherUrlThanTheAdaptersIsRefusedBesideALookup() throws Exception {
        PeeklockActivationSpec spec = ofAnAdapterElsewhere();
        spec.setResourceAdapter(adapter);
        spec.setUrl(url);

        assertThatThrownBy(spec::validate).hasMessageContaining("the url is given as well");
    }

    @Test
    void whatIsNoConnectionFactoryOfThisAdapterIsRefusedInWords() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setConnectionFactoryLookup(BUS);
        spec.setFailActivation("true");
        TestNames.bind(BUS, "a text");
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec, seeing()))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("connectionFactoryLookup " + BUS
                        + " is no connection factory of this adapter but a java.lang.String");
    }

    @Test
    void whatIsNotBoundYetIsLookedUpAgain() throws Exception {
        PeeklockActivationSpec spec = ofAnAdapterElsewhere();
        activate(Kind.TRANSACTED, spec, seeing());
        bindFactory(url);
        send(ORDERS, "a");
        awaitSeen("a");
    }

    @Test
    void whatCannotBeLoadedNowIsLookedUpAgain() throws Exception {
        PeeklockActivationSpec spec = ofAnAdapterElsewhere();
        TestNames.bind(BUS, new NoClassDefFoundError("of another application"));
        activate(Kind.TRANSACTED, spec, seeing());
        bindFactory(url);
        send(ORDERS, "a");
        awaitSeen("a");
    }

    @Test
    void recoveryLeavesOutWhatIsNotBound() throws Exception {
        PeeklockActivationSpec bound = spec();
        PeeklockActivationSpec unbound = spec();
        unbound.setConnectionFactoryLookup("java:comp/env/jms/bus");
        XAResource[] resources = adapter.getXAResources(new ActivationSpec[] {unbound, bound});
        assertThat(resources).hasSize(1);
    }

    @Test
    void aDestinationIsWhatItIsBoundAs() throws Exception {
        AdministeredQueue orders = new AdministeredQueue();
        orders.setPhysicalName(ORDERS);
        TestNames.bind(QUEUE, orders);
        activate(Kind.TRANSACTED, lookingUp(), seeing());
        send(ORDERS, "a");
        awaitSeen("a");
    }

    @Test
    void aDestinationOfAnotherKindIsRefusedInWords() throws Exception {
        AdministeredTopic prices = new AdministeredTopic();
        prices.setPhysicalName("prices");
        PeeklockActivationSpec spec = lookingUp();
        spec.setDestinationType("jakarta.jms.Queue");
        spec.setFailActivation("true");
        TestNames.bind(QUEUE, prices);
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec, seeing()))
                .hasMessageContaining(QUEUE + " is a topic, destinationType says otherwise");
        TestNames.bind(QUEUE, 7);
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec, seeing()))
                .hasMessageContaining(QUEUE + " is no queue or topic but a java.lang.Integer");
    }

    private PeeklockActivationSpec lookingUp() {
        PeeklockActivationSpec spec = spec();
        spec.setDestinationName(null);
        spec.setDestinationLookup(QUEUE);
        return spec;
    }
}
