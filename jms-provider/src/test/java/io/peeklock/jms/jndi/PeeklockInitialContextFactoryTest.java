/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.destination.PeeklockDestination;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTemporaryQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import jakarta.jms.ConnectionFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import javax.naming.CompositeName;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** JNDI names given as properties, and references. */
// JNDI is what is tested.
@SuppressWarnings({"BanJNDI", "JdkObsolete"})
class PeeklockInitialContextFactoryTest {

    private final List<String> made = new ArrayList<>();
    private final Hashtable<String, Object> environment = new Hashtable<>();

    private Context initialContext() throws NamingException {
        environment.put(Context.INITIAL_CONTEXT_FACTORY, PeeklockInitialContextFactory.class.getName());
        return new InitialContext(environment);
    }

    private Context context() throws NamingException {
        return new ReadOnlyContext(JndiEnvironment.bindings(environment, this::factory), environment);
    }

    private ConnectionFactory factory(String url) {
        made.add(url);
        return (ConnectionFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConnectionFactory.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "equals" -> proxy == args[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> url;
                });
    }

    @Nested
    class Lookup {

        @Test
        void findsDestinationsByTheirNames() throws NamingException {
            environment.put("queue.orders", "orders");
            environment.put("queue.jms/dead", "orders/$deadletterqueue");
            environment.put("topic.jms/prices", " prices ");
            Context context = initialContext();

            assertThat(context.lookup("orders")).isEqualTo(new PeeklockQueue("orders"));
            assertThat(context.lookup("jms/dead")).isEqualTo(new PeeklockQueue("orders/$deadletterqueue"));
            assertThat(context.lookup(new CompositeName("jms/prices"))).isEqualTo(new PeeklockTopic("prices"));
            assertThat(context.lookupLink("orders")).isEqualTo(new PeeklockQueue("orders"));
        }

        @Test
        void findsEveryDestinationUnderTheDynamicNames() throws NamingException {
            Context context = initialContext();

            assertThat(context.lookup("dynamicQueues/a/b")).isEqualTo(new PeeklockQueue("a/b"));
            assertThat(context.lookup("dynamicTopics/t")).isEqualTo(new PeeklockTopic("t"));
            assertThatThrownBy(() -> context.lookup("dynamicQueues/")).isInstanceOf(NameNotFoundException.class);
        }

        @Test
        void makesAFactoryOnceWhenItIsFirstAskedFor() throws NamingException {
            environment.put(Context.PROVIDER_URL, "peeklock:mem:default");
            environment.put("connectionFactory.jms/audit", "peeklock:mem:audit");
            Context context = context();

            assertThat(made).isEmpty();
            assertThat(context.lookup("jms/audit"))
                    .isSameAs(context.lookup("jms/audit"))
                    .hasToString("peeklock:mem:audit");
            assertThat(context.lookup("ConnectionFactory")).hasToString("peeklock:mem:default");
            assertThat(made).containsExactly("peeklock:mem:audit", "peeklock:mem:default");
        }

        @Test
        void makesRealFactories() throws NamingException {
            environment.put(Context.PROVIDER_URL, "peeklock:mem:jndi");

            assertThat(initialContext().lookup("ConnectionFactory"))
                    .isInstanceOf(PeeklockConnectionFactory.class)
                    .hasToString("peeklock:mem:jndi");
        }

        @Test
        void ofAnUnknownNameSaysWhichThereAre() throws NamingException {
            environment.put("queue.orders", "orders");

            assertThatThrownBy(() -> initialContext().lookup("order"))
                    .isInstanceOf(NameNotFoundException.class)
                    .hasMessageContaining("No 'order'")
                    .hasMessageContaining("It has orders;");
        }

        @Test
        void ofTheStartOfANameFindsThoseBelow() throws NamingException {
            environment.put("queue.jms/orders", "orders");
            environment.put("queue.jms/deep/er", "deeper");

            assertThat(((Context) initialContext().lookup("jms")).lookup("orders"))
                    .isEqualTo(new PeeklockQueue("orders"));
            assertThat(Collections.list(initialContext().list("jms")))
                    .extracting(NameClassPair::getName)
                    .containsExactly("deep/er", "orders");
            assertThat(Collections.list(initialContext().listBindings("")))
                    .extracting(NameClassPair::getName)
                    .containsExactly("jms/deep/er", "jms/orders");
        }
    }

    @Nested
    class Environment {

        @Test
        void withAMistakeIsRefusedAtOnceNamingTheProperty() {
            environment.put("connectionFactory.cf", "peeklock:mem:x?partitons=1");
            assertThatThrownBy(PeeklockInitialContextFactoryTest.this::initialContext)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("connectionFactory.cf")
                    .hasMessageContaining("did you mean partitions?");
            environment.clear();
            environment.put(Context.PROVIDER_URL, "tcp://localhost");
            assertThatThrownBy(PeeklockInitialContextFactoryTest.this::initialContext)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(Context.PROVIDER_URL);
            environment.clear();
            environment.put("queue.", "orders");
            assertThatThrownBy(PeeklockInitialContextFactoryTest.this::initialContext)
                    .isInstanceOf(ConfigurationException.class);
            environment.clear();
            environment.put("topic.a", " ");
            assertThatThrownBy(PeeklockInitialContextFactoryTest.this::initialContext)
                    .isInstanceOf(ConfigurationException.class);
        }

        @Test
        void isNotChangedThroughTheContext() throws NamingException {
            Context context = initialContext();

            assertThatThrownBy(() -> context.bind("a", "b")).isInstanceOf(OperationNotSupportedException.class);
            assertThatThrownBy(() -> context.rebind("a", "b")).isInstanceOf(OperationNotSupportedException.class);
            assertThatThrownBy(() -> context.unbind("a")).isInstanceOf(OperationNotSupportedException.class);
            assertThatThrownBy(() -> context.rename("a", "b")).isInstanceOf(OperationNotSupportedException.class);
            assertThatThrownBy(() -> context.createSubcontext("a")).isInstanceOf(OperationNotSupportedException.class);
            assertThatThrownBy(() -> context.destroySubcontext("a")).isInstanceOf(OperationNotSupportedException.class);
        }
    }

    @Nested
    class References {

        private final PeeklockObjectFactory factory = new PeeklockObjectFactory();

        private Object resolved(Reference reference) throws NamingException {
            return factory.getObjectInstance(reference, null, null, null);
        }

        private Reference reference(String type, String address, String value) {
            return new Reference(type, new StringRefAddr(address, value), PeeklockObjectFactory.class.getName(), null);
        }

        @Test
        void toDestinationsGiveThemBack() throws NamingException {
            for (PeeklockDestination destination :
                    List.of(new PeeklockQueue("q"), new PeeklockTopic("t"), new PeeklockTemporaryQueue("q", null))) {
                assertThat(destination.getReference().getFactoryClassName())
                        .isEqualTo(PeeklockObjectFactory.class.getName());
                assertThat(resolved(destination.getReference())).isEqualTo(destination);
            }
        }

        @Test
        void thatAServerWasToldToMakeAreKnownByTheirType() throws NamingException {
            assertThat(resolved(reference("jakarta.jms.Queue", "physicalName", "q")))
                    .isEqualTo(new PeeklockQueue("q"));
            assertThat(resolved(reference("jakarta.jms.Topic", "physicalName", "t")))
                    .isEqualTo(new PeeklockTopic("t"));
            assertThat(resolved(reference("java.lang.String", "physicalName", "t")))
                    .isNull();
        }

        @Test
        void toFactoriesGiveOneWithTheSameSettings() throws NamingException {
            PeeklockConnectionFactory original = new PeeklockConnectionFactory("peeklock:mem:x?clientId=a");

            assertThat(resolved(original.getReference()))
                    .isInstanceOf(PeeklockConnectionFactory.class)
                    .hasToString("peeklock:mem:x?clientId=a");
            assertThat(resolved(reference("jakarta.jms.ConnectionFactory", "url", "peeklock:mem:y")))
                    .hasToString("peeklock:mem:y");
            assertThatThrownBy(() -> resolved(reference("jakarta.jms.ConnectionFactory", "url", "peeklock:no")))
                    .isInstanceOf(ConfigurationException.class);
        }

        @Test
        void thatAreNotOursAreLeftToOthers() throws Exception {
            assertThat(factory.getObjectInstance("text", null, null, null)).isNull();
            assertThat(factory.getObjectInstance(null, null, null, null)).isNull();
            assertThat(resolved(reference("x", "y", "z"))).isNull();
        }
    }
}
